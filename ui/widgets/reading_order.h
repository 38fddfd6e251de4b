#pragma once

class QSplitter;

namespace univi::ui {

/// Gives the parts of a splitter to screen readers in the order in which they stand; Qt has them
/// the other way round. Called once all are in it.
void putInReadingOrder(QSplitter* splitter);

}  // namespace univi::ui
