univi_add_test(ui_groups_test SOURCES groups/groups_test.cpp LINK univi_ui_groups LABELS ui QT)
univi_add_test(ui_group_drawing_test SOURCES groups/drawing_test.cpp LINK univi_ui_groups LABELS ui QT)
univi_add_test(ui_what_if_test SOURCES groups/what_if_test.cpp LINK univi_ui_groups LABELS ui QT)
univi_add_test(ui_linked_views_test SOURCES groups/linked_views_test.cpp LINK univi_ui_groups LABELS ui QT)
