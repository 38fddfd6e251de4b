# tests of core/eval: readers, runs, judges, scores, tables; no model
univi_add_test(eval_test
  SOURCES eval/eval_test.cpp eval/question_files_test.cpp eval/runner_test.cpp eval/judging_test.cpp
          eval/scoring_test.cpp
  LINK univi_eval univi_test_support nlohmann_json::nlohmann_json
  LABELS core)
univi_add_test(eval_engine_test
  SOURCES eval/engine_asker_test.cpp
  LINK univi_eval_engine
  LABELS core)
