<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>univi::ui</name>
    <message numerus="yes">
        <source>%Ln patch(es)</source>
        <translation>
            <numerusform>%Ln patch</numerusform>
            <numerusform>%Ln patches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln group(s)</source>
        <translation>
            <numerusform>%Ln group</numerusform>
            <numerusform>%Ln groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 were not found</source>
        <translation>
            <numerusform>%1 was not found</numerusform>
            <numerusform>%1 were not found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 are neither pictures nor videos</source>
        <translation>
            <numerusform>%1 is neither a picture nor a video</numerusform>
            <numerusform>%1 are neither pictures nor videos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 are folders</source>
        <translation>
            <numerusform>%1 is a folder</numerusform>
            <numerusform>%1 are folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1; choose picture or video files.</source>
        <translation>
            <numerusform>%1; choose a picture or a video file.</numerusform>
            <numerusform>%1; choose picture or video files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln batch</numerusform>
            <numerusform>%Ln batches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sample(s)</source>
        <translation>
            <numerusform>%Ln sample</numerusform>
            <numerusform>%Ln samples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln checkpoint(s) there</source>
        <translation>
            <numerusform>%Ln checkpoint there</numerusform>
            <numerusform>%Ln checkpoints there</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln line(s) set aside in all</source>
        <translation>
            <numerusform>%Ln line set aside in all</numerusform>
            <numerusform>%Ln lines set aside in all</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln frame(s)</source>
        <translation>
            <numerusform>%Ln frame</numerusform>
            <numerusform>%Ln frames</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stage %1 · %Ln group(s)</source>
        <translation>
            <numerusform>Stage %1 · %Ln group</numerusform>
            <numerusform>Stage %1 · %Ln groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln visual token(s)</source>
        <translation>
            <numerusform>%Ln visual token</numerusform>
            <numerusform>%Ln visual tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The file of the conversations was damaged: %n question(s) could be read and are here, and the damaged file was kept as %1.</source>
        <translation>
            <numerusform>The file of the conversations was damaged: %n question could be read and is here, and the damaged file was kept as %1.</numerusform>
            <numerusform>The file of the conversations was damaged: %n questions could be read and are here, and the damaged file was kept as %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::Adviser</name>
    <message numerus="yes">
        <source>Use batches of %Ln sample(s)</source>
        <translation>
            <numerusform>Use batches of one sample</numerusform>
            <numerusform>Use batches of %Ln samples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::ChatProblems</name>
    <message numerus="yes">
        <source>The reply was not finished, so %Ln question(s) go on waiting.</source>
        <translation>
            <numerusform>The reply was not finished, so %Ln question goes on waiting.</numerusform>
            <numerusform>The reply was not finished, so %Ln questions go on waiting.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::ContextMeter</name>
    <message numerus="yes">
        <source>the oldest %Ln turn(s) left out with their media</source>
        <translation>
            <numerusform>the oldest turn is left out with its media</numerusform>
            <numerusform>the oldest %Ln turns are left out with their media</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the oldest %Ln turn(s) left out</source>
        <translation>
            <numerusform>the oldest turn is left out</numerusform>
            <numerusform>the oldest %Ln turns are left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::ConversationList</name>
    <message numerus="yes">
        <source>Folder of %Ln conversation(s)</source>
        <translation>
            <numerusform>Folder of %Ln conversation</numerusform>
            <numerusform>Folder of %Ln conversations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::DecisionGraph</name>
    <message numerus="yes">
        <source>%1 of %Ln point(s) are centres.</source>
        <translation>
            <numerusform>%1 of %Ln point is a centre.</numerusform>
            <numerusform>%1 of %Ln points are centres.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::DevicesPanel</name>
    <message numerus="yes">
        <source>of %Ln core(s)</source>
        <translation>
            <numerusform>of %Ln core</numerusform>
            <numerusform>of %Ln cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::DoctorView</name>
    <message numerus="yes">
        <source>%Ln item(s)</source>
        <translation>
            <numerusform>%Ln item</numerusform>
            <numerusform>%Ln items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s): %1 with pictures, %2 with a video, %3 of text alone. %4 of %5 tokens are learned.</source>
        <translation>
            <numerusform>%Ln item: %1 with pictures, %2 with a video, %3 of text alone. %4 of %5 tokens are learned.</numerusform>
            <numerusform>%Ln items: %1 with pictures, %2 with a video, %3 of text alone. %4 of %5 tokens are learned.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) call their speakers user and assistant: read as human and gpt.</source>
        <translation>
            <numerusform>%Ln item calls its speakers user and assistant: read as human and gpt.</numerusform>
            <numerusform>%Ln items call their speakers user and assistant: read as human and gpt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) have the keys messages, role or content: read all the same.</source>
        <translation>
            <numerusform>%Ln item has the keys messages, role or content: read all the same.</numerusform>
            <numerusform>%Ln items have the keys messages, role or content: read all the same.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) begin with a system message: it takes the place of the template&apos;s.</source>
        <translation>
            <numerusform>%Ln item begins with a system message: it takes the place of the template&apos;s.</numerusform>
            <numerusform>%Ln items begin with a system message: it takes the place of the template&apos;s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) came before.</source>
        <translation>
            <numerusform>%Ln item came before.</numerusform>
            <numerusform>%Ln items came before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %Ln item(s), %2 with faults.</source>
        <translation>
            <numerusform>%1: %Ln item, %2 with faults.</numerusform>
            <numerusform>%1: %Ln items, %2 with faults.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %1 items have a fault: mend them, or training leaves out what it cannot read.</source>
        <translation>
            <numerusform>%Ln of %1 items has a fault: mend it, or training leaves out what it cannot read.</numerusform>
            <numerusform>%Ln of %1 items have a fault: mend them, or training leaves out what it cannot read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No faults in %Ln item(s).</source>
        <translation>
            <numerusform>No faults in %Ln item.</numerusform>
            <numerusform>No faults in %Ln items.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::FrameStrip</name>
    <message numerus="yes">
        <source>Frame %1 of %2; %Ln event(s).</source>
        <translation>
            <numerusform>Frame %1 of %2; %Ln event.</numerusform>
            <numerusform>Frame %1 of %2; %Ln events.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupDetails</name>
    <message numerus="yes">
        <source>%Ln patch(es)</source>
        <translation>
            <numerusform>%Ln patch</numerusform>
            <numerusform>%Ln patches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln frame(s)</source>
        <translation>
            <numerusform>%Ln frame</numerusform>
            <numerusform>%Ln frames</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>touches %Ln group(s)</source>
        <translation>
            <numerusform>touches %Ln group</numerusform>
            <numerusform>touches %Ln groups</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::LiveBar</name>
    <message numerus="yes">
        <source>%1, the last %Ln frame(s), one every %2 s</source>
        <translation>
            <numerusform>%1, the last %Ln frame, one every %2 s</numerusform>
            <numerusform>%1, the last %Ln frames, one every %2 s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::MergingFields</name>
    <message numerus="yes">
        <source>%Ln neighbour(s)</source>
        <translation>
            <numerusform>%Ln neighbour</numerusform>
            <numerusform>%Ln neighbours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::OptionFormView</name>
    <message numerus="yes">
        <source>%Ln setting(s) are wrong</source>
        <translation>
            <numerusform>One setting is wrong</numerusform>
            <numerusform>%Ln settings are wrong</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln setting(s) differ from the default</source>
        <translation>
            <numerusform>One differs from the default</numerusform>
            <numerusform>%Ln differ from the default</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::PasteDialog</name>
    <message numerus="yes">
        <source>%Ln setting(s) read.</source>
        <translation>
            <numerusform>%Ln setting read.</numerusform>
            <numerusform>%Ln settings read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln setting(s) of a %1 command read.</source>
        <translation>
            <numerusform>%Ln setting of a %1 command read.</numerusform>
            <numerusform>%Ln settings of a %1 command read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::PlanView</name>
    <message numerus="yes">
        <source>Batches of %Ln sample(s), %1 positions each.</source>
        <translation>
            <numerusform>Batches of %Ln sample, %1 positions each.</numerusform>
            <numerusform>Batches of %Ln samples, %1 positions each.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::ProbeStore</name>
    <message numerus="yes">
        <source>%1: %Ln answer(s) cannot be read, the first in line %2; the others are shown.</source>
        <translation>
            <numerusform>%1: %Ln answer cannot be read, the first in line %2; the others are shown.</numerusform>
            <numerusform>%1: %Ln answers cannot be read, the first in line %2; the others are shown.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::PromptPreviewDialog</name>
    <message numerus="yes">
        <source> %1: %Ln visual token(s) </source>
        <translation>
            <numerusform> %1: %Ln visual token </numerusform>
            <numerusform> %1: %Ln visual tokens </numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context is full: the oldest %Ln turn(s) left out with their pictures and videos.</source>
        <translation>
            <numerusform>The context is full: the oldest turn is left out with its pictures and videos.</numerusform>
            <numerusform>The context is full: the oldest %Ln turns are left out with their pictures and videos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context is full: the oldest %Ln turn(s) left out.</source>
        <translation>
            <numerusform>The context is full: the oldest turn is left out.</numerusform>
            <numerusform>The context is full: the oldest %Ln turns are left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::StartBar</name>
    <message numerus="yes">
        <source>%Ln thing(s) to put right first</source>
        <translation>
            <numerusform>One thing to put right first</numerusform>
            <numerusform>%Ln things to put right first</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) to know before the start</source>
        <translation>
            <numerusform>One thing to know before the start</numerusform>
            <numerusform>%Ln things to know before the start</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::TurnFooter</name>
    <message numerus="yes">
        <source>Reply: %Ln token(s)</source>
        <translation>
            <numerusform>Reply: %Ln token</numerusform>
            <numerusform>Reply: %Ln tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context was full: the oldest %Ln turn(s) left out with their pictures and videos</source>
        <translation>
            <numerusform>The context was full: the oldest turn was left out with its pictures and videos</numerusform>
            <numerusform>The context was full: the oldest %Ln turns were left out with their pictures and videos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context was full: the oldest %Ln turn(s) left out</source>
        <translation>
            <numerusform>The context was full: the oldest turn was left out</numerusform>
            <numerusform>The context was full: the oldest %Ln turns were left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>without the oldest %Ln turn(s)</source>
        <translation>
            <numerusform>without the oldest turn</numerusform>
            <numerusform>without the oldest %Ln turns</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::WhatIfPane</name>
    <message numerus="yes">
        <source>Without stage %1 · %Ln group(s)</source>
        <translation>
            <numerusform>Without stage %1 · %Ln group</numerusform>
            <numerusform>Without stage %1 · %Ln groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Why? Without each of %Ln group(s) in turn</source>
        <translation>
            <numerusform>Why? Without each of %Ln group in turn</numerusform>
            <numerusform>Why? Without each of %Ln groups in turn</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Why? Without each of %Ln event(s) in turn</source>
        <translation>
            <numerusform>Why? Without each of %Ln event in turn</numerusform>
            <numerusform>Why? Without each of %Ln events in turn</numerusform>
        </translation>
    </message>
</context>
</TS>
