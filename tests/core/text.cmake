# tests of core/text
