# tests of core/protocol and core/text
univi_add_test(protocol_test
  SOURCES protocol/attention_sinks_test.cpp protocol/engine_protocol_test.cpp protocol/train_protocol_test.cpp protocol/memory_plan_test.cpp
          protocol/data_report_test.cpp protocol/eval_protocol_test.cpp protocol/download_protocol_test.cpp
  LINK univi_protocol nlohmann_json::nlohmann_json
  LABELS core)
univi_add_test(text_test
  SOURCES text/prompt_test.cpp text/labels_test.cpp text/tokenizer_test.cpp text/stop_rule_test.cpp
  LINK univi_text SentencePiece::SentencePiece nlohmann_json::nlohmann_json
  LABELS core)
