# The three helpers every folder uses: one library target a folder, thin executables, one test binary a test file group.
include_guard()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(UNIVI_CCACHE ccache)
if(UNIVI_CCACHE)
  # sloppiness: precompiled headers are keyed by content, not by time. A base folder: another clone finds the same objects.
  set(_sloppiness "pch_defines,time_macros,include_file_mtime,include_file_ctime")
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=${_sloppiness};CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};CCACHE_NOHASHDIR=1;${UNIVI_CCACHE}")
endif()

add_library(univi_flags INTERFACE)
target_compile_options(univi_flags INTERFACE -Wall -Wextra -Wno-unused-parameter -fpch-preprocess)
target_include_directories(univi_flags INTERFACE "${CMAKE_BINARY_DIR}/generated")
if(UNIVI_WERROR)
  # Not of these: GCC 12 finds them in std::string and std::regex itself, warns of designated initializers that leave fields
  # to their defaults, and of GoogleTest's macros behind an if.
  set(_doubtful array-bounds stringop-overflow stringop-overread restrict maybe-uninitialized missing-field-initializers dangling-else)
  list(TRANSFORM _doubtful PREPEND "-Wno-error=")
  target_compile_options(univi_flags INTERFACE -Werror ${_doubtful})
endif()
if(UNIVI_SANITIZE)
  # Undefined behaviour ends the program as a bad access does: a test that shows it fails.
  target_compile_options(univi_flags INTERFACE -fsanitize=${UNIVI_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(univi_flags INTERFACE -fsanitize=${UNIVI_SANITIZE})
endif()

# What the sanitizers are told in every test; the suppressions, each with its reason, stand in tests/sanitizers.
if(UNIVI_SANITIZE)
  set(_rules "${CMAKE_SOURCE_DIR}/tests/sanitizers")
  list(APPEND _univi_sanitizer_environment
       # A request for more memory than there is fails as it does without the sanitizer.
       "ASAN_OPTIONS=detect_stack_use_after_return=1:allocator_may_return_null=1"
       "LSAN_OPTIONS=suppressions=${_rules}/leaks.supp:print_suppressions=0"
       "UBSAN_OPTIONS=print_stacktrace=1"
       "TSAN_OPTIONS=suppressions=${_rules}/threads.supp:halt_on_error=1:second_deadlock_stack=1")
endif()

# Include paths by layer, so that an include upwards does not compile: links to the folders that the table of
# DEVELOPING.md lets core, training and ui see. app and tests see the whole tree.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS DEVELOPING.md packaging/layers.py)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
execute_process(COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/packaging/layers.py" roots "${CMAKE_BINARY_DIR}/include"
                COMMAND_ERROR_IS_FATAL ANY)

# univi_include_tree(<target>): the include path of the layer that the target's folder belongs to.
function(univi_include_tree target)
  file(RELATIVE_PATH folder "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  set(path "${CMAKE_SOURCE_DIR}")
  if(folder MATCHES "^(core|training|ui)(/|$)")
    set(path "${CMAKE_BINARY_DIR}/include/${CMAKE_MATCH_1}")
  endif()
  target_include_directories(${target} PRIVATE "${path}")
endfunction()

# univi_add_library(<name> SOURCES … [PUBLIC libs…] [PRIVATE libs…] [TORCH] [QT])
#   TORCH: links LibTorch privately and shares the project's one precompiled ATen header.
#   QT:    runs moc, defines QT_NO_KEYWORDS.
function(univi_add_library name)
  cmake_parse_arguments(ARG "TORCH;QT" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC univi_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  _univi_finish(${name} "${ARG_TORCH}" "${ARG_QT}")
endfunction()

# univi_add_program(<name> SOURCES … [LINK libs…] [TORCH] [QT] [LAUNCHED])
#   LAUNCHED: the program is core/launcher, which opens lib<name>.so beside it; its sources have univi_main in place of main.
function(univi_add_program name)
  cmake_parse_arguments(ARG "TORCH;QT;LAUNCHED" "" "SOURCES;LINK" ${ARGN})
  set(target ${name})
  if(ARG_LAUNCHED)
    set(target ${name}-library)
    add_library(${target} MODULE ${ARG_SOURCES})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    add_executable(${name} "${CMAKE_SOURCE_DIR}/core/launcher/main.cpp")
    target_compile_definitions(${name} PRIVATE UNIVI_PROGRAM_LIBRARY="lib${name}.so")
    target_link_libraries(${name} PRIVATE univi_flags)
    add_dependencies(${name} ${target})
  else()
    add_executable(${name} ${ARG_SOURCES})
  endif()
  target_compile_definitions(${target} PRIVATE UNIVI_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${target} PRIVATE univi_flags ${ARG_LINK})
  _univi_finish(${target} "${ARG_TORCH}" "${ARG_QT}")
endfunction()

# univi_add_test(<name> SOURCES … [LINK libs…] [TORCH] [QT] [OWN_MAIN] [TIMEOUT s] [LABELS …])
# GoogleTest binaries (default) or Qt Test ones (QT: every UNIVI_QT_TEST of the sources, tests/ui/qt_test.h), run by
# CTest with the golden data's folder in UNIVI_TEST_DATA. OWN_MAIN: one of the sources has the main function.
function(univi_add_test name)
  cmake_parse_arguments(ARG "TORCH;QT;OWN_MAIN" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(ARG_QT AND NOT ARG_OWN_MAIN)
    list(APPEND ARG_SOURCES "${CMAKE_SOURCE_DIR}/tests/ui/qt_main.cpp")
    list(APPEND ARG_LINK univi_ui_text)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE univi_flags ${ARG_LINK})
  target_compile_definitions(${name} PRIVATE UNIVI_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data"
                                             UNIVI_GOLDEN="${CMAKE_BINARY_DIR}/golden"
                                             UNIVI_BIN_DIR="${CMAKE_BINARY_DIR}/bin"
                                             UNIVI_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(ARG_QT)
    target_link_libraries(${name} PRIVATE Qt6::Test)
  else()
    target_link_libraries(${name} PRIVATE GTest::gmock GTest::gtest_main)
  endif()
  _univi_finish(${name} "${ARG_TORCH}" "${ARG_QT}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_BINARY_DIR}")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  # Several tests run beside each other: OpenMP's threads must not spin at their barriers (core/launcher).
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "GOMP_SPINCOUNT=1000;QT_QPA_PLATFORM=offscreen;QT_FORCE_STDERR_LOGGING=1;QTEST_DISABLE_STACK_DUMP=1;${_univi_sanitizer_environment}")
endfunction()

function(_univi_finish name torch qt)
  univi_include_tree(${name})
  if(torch)
    target_link_libraries(${name} PRIVATE LibTorch::LibTorch)
    if(TARGET univi_torch_pch AND NOT name STREQUAL "univi_torch_pch")
      target_precompile_headers(${name} REUSE_FROM univi_torch_pch)
      # The shared precompiled header is built -fPIC; executables would get -fPIE and could not use it.
      set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${name} PRIVATE -fPIC)
    endif()
  endif()
  if(qt)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS QT_NO_CAST_FROM_BYTEARRAY)
  endif()
endfunction()
