#pragma once

/// The main function of a program that computes with LibTorch. It lies in a library of its own,
/// which core/launcher/main.cpp opens.
extern "C" int univi_main(int argc, char** argv);
