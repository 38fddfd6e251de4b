univi_add_test(ui_groups_test SOURCES groups/groups_test.cpp LINK univi_ui_groups LABELS ui QT)
