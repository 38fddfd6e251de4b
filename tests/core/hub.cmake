# tests of core/hub, against a hub on this machine
univi_add_test(hub_test
  SOURCES hub/download_test.cpp hub/repository_test.cpp
  LINK univi_hub univi_test_support univi_test_hub
  LABELS core)
