<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>univi::ui::ConversationStore</name>
    <message numerus="yes">
        <source>The file of the conversations was damaged: %n question(s) could be read and are here, and the damaged file was kept as %1.</source>
        <translation>
            <numerusform>The file of the conversations was damaged: %n question could be read and are here, and the damaged file was kept as %1.</numerusform>
            <numerusform>The file of the conversations was damaged: %n questions could be read and are here, and the damaged file was kept as %1.</numerusform>
        </translation>
    </message>
</context>
</TS>
