# tests of core/model
