# tests of core/session
