<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>std</name>
    <message>
        <source>The NVIDIA driver does not answer (%1): restart it, or the machine.</source>
        <translation>NVIDIA 驱动程序没有响应（%1）：请重新启动驱动程序或计算机。</translation>
    </message>
</context>
<context>
    <name>univi::resources</name>
    <message>
        <source>Demo, stage 1</source>
        <translation>演示，第一阶段</translation>
    </message>
    <message>
        <source>The demo model&apos;s projector on its eighteen samples, all of them in every step: a minute on any machine.</source>
        <translation>演示模型的投影层，十八个样本，每步全部使用：在任何机器上约一分钟。</translation>
    </message>
    <message>
        <source>Demo, stage 2</source>
        <translation>演示，第二阶段</translation>
    </message>
    <message>
        <source>The demo model&apos;s decoder and projector on its eighteen samples: a minute on any machine.</source>
        <translation>演示模型的解码器和投影层，十八个样本：在任何机器上约一分钟。</translation>
    </message>
    <message>
        <source>ScienceQA, 7B</source>
        <translation>ScienceQA，7B</translation>
    </message>
    <message>
        <source>Published: 9 epochs on ScienceQA in batches of 4, plain data parallel.</source>
        <translation>发布的设置：在 ScienceQA 上训练 9 轮，批次为 4，普通数据并行。</translation>
    </message>
    <message>
        <source>Stage 1, 13B</source>
        <translation>第一阶段，13B</translation>
    </message>
    <message>
        <source>As stage 1, on Vicuna-13B.</source>
        <translation>与第一阶段相同，基于 Vicuna-13B。</translation>
    </message>
    <message>
        <source>Stage 1, 7B</source>
        <translation>第一阶段，7B</translation>
    </message>
    <message>
        <source>Published: trains the projector on captions, on 8 GPUs.</source>
        <translation>发布的设置：在 8 个 GPU 上用图片说明训练投影层。</translation>
    </message>
    <message>
        <source>Stage 1, 7B v1.5</source>
        <translation>第一阶段，7B v1.5</translation>
    </message>
    <message>
        <source>As stage 1, with the tower of 336 pixels and the data of v1.5.</source>
        <translation>与第一阶段相同，采用 336 像素的视觉塔和 v1.5 的数据。</translation>
    </message>
    <message>
        <source>Stage 2, 13B</source>
        <translation>第二阶段，13B</translation>
    </message>
    <message>
        <source>As stage 2, on Vicuna-13B.</source>
        <translation>与第二阶段相同，基于 Vicuna-13B。</translation>
    </message>
    <message>
        <source>Stage 2, 7B</source>
        <translation>第二阶段，7B</translation>
    </message>
    <message>
        <source>Published: trains all but the tower on instructions, on 8 GPUs. Starts from stage 1&apos;s projector.</source>
        <translation>发布的设置：在 8 个 GPU 上用指令数据训练视觉塔以外的全部。从第一阶段的投影层开始。</translation>
    </message>
    <message>
        <source>Stage 2, 7B v1.5</source>
        <translation>第二阶段，7B v1.5</translation>
    </message>
    <message>
        <source>As stage 2, with the tower of 336 pixels and the data of v1.5.</source>
        <translation>与第二阶段相同，采用 336 像素的视觉塔和 v1.5 的数据。</translation>
    </message>
    <message>
        <source>On the meadow</source>
        <translation>草地上</translation>
    </message>
    <message>
        <source>Counting stars</source>
        <translation>数星星</translation>
    </message>
    <message>
        <source>Fruit</source>
        <translation>水果</translation>
    </message>
    <message>
        <source>In the street</source>
        <translation>街道上</translation>
    </message>
    <message>
        <source>At sea</source>
        <translation>海上</translation>
    </message>
    <message>
        <source>Heart and butterfly</source>
        <translation>心形与蝴蝶</translation>
    </message>
    <message>
        <source>One after another</source>
        <translation>接连出现</translation>
    </message>
    <message>
        <source>A drive</source>
        <translation>驾车</translation>
    </message>
    <message>
        <source>A visitor</source>
        <translation>来客</translation>
    </message>
</context>
<context>
    <name>univi::training</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Optimiser</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基座模型</translation>
    </message>
    <message>
        <source>Conversation template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>Vision tower</source>
        <translation>视觉塔</translation>
    </message>
    <message>
        <source>Projector to start from</source>
        <translation>起始投影层</translation>
    </message>
    <message>
        <source>Train the projector only</source>
        <translation>只训练投影层</translation>
    </message>
    <message>
        <source>Freeze the projector</source>
        <translation>冻结投影层</translation>
    </message>
    <message>
        <source>Freeze the decoder</source>
        <translation>冻结解码器</translation>
    </message>
    <message>
        <source>Frozen tensors</source>
        <translation>冻结的张量</translation>
    </message>
    <message>
        <source>Train the vision tower</source>
        <translation>训练视觉塔</translation>
    </message>
    <message>
        <source>Tower layer</source>
        <translation>视觉塔的层</translation>
    </message>
    <message>
        <source>Tower features</source>
        <translation>视觉塔的特征</translation>
    </message>
    <message>
        <source>Projector kind</source>
        <translation>投影层类型</translation>
    </message>
    <message>
        <source>Recorded use</source>
        <translation>记录的用途</translation>
    </message>
    <message>
        <source>Picture shape</source>
        <translation>图片形状</translation>
    </message>
    <message>
        <source>Train LoRA adapters</source>
        <translation>训练 LoRA 适配器</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>LoRA 秩</translation>
    </message>
    <message>
        <source>LoRA alpha</source>
        <translation>LoRA alpha</translation>
    </message>
    <message>
        <source>LoRA dropout</source>
        <translation>LoRA dropout</translation>
    </message>
    <message>
        <source>Adapter to go on from</source>
        <translation>由此继续的适配器</translation>
    </message>
    <message>
        <source>LoRA biases</source>
        <translation>LoRA 偏置</translation>
    </message>
    <message>
        <source>Bits of the base</source>
        <translation>基座的位宽</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位</translation>
    </message>
    <message>
        <source>Kind of 4 bits</source>
        <translation>4 位的类型</translation>
    </message>
    <message>
        <source>Quantise the scales</source>
        <translation>量化缩放系数</translation>
    </message>
    <message>
        <source>Datasets file</source>
        <translation>数据集文件</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Held-out data set</source>
        <translation>留出数据集</translation>
    </message>
    <message>
        <source>Frames of a video</source>
        <translation>视频帧数</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Longest sample</source>
        <translation>最长样本</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>Read items when needed</source>
        <translation>需要时再读取样本</translation>
    </message>
    <message>
        <source>Bad items</source>
        <translation>坏样本</translation>
    </message>
    <message>
        <source>Loading threads</source>
        <translation>加载线程</translation>
    </message>
    <message>
        <source>threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>Drop the last batch</source>
        <translation>丢弃最后一个批次</translation>
    </message>
    <message>
        <source>Visual token cache</source>
        <translation>视觉词元缓存</translation>
    </message>
    <message>
        <source>Cache precision</source>
        <translation>缓存精度</translation>
    </message>
    <message>
        <source>Picture placement</source>
        <translation>图片位置</translation>
    </message>
    <message>
        <source>Group by length</source>
        <translation>按长度分组</translation>
    </message>
    <message>
        <source>Run folder</source>
        <translation>训练文件夹</translation>
    </message>
    <message>
        <source>Start afresh</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Checkpoint to resume</source>
        <translation>要续训的检查点</translation>
    </message>
    <message>
        <source>Name in wandb</source>
        <translation>wandb 中的名称</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>Steps at most</source>
        <translation>最多步数</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Batch on each device</source>
        <translation>每个设备的批次</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Batch while evaluating</source>
        <translation>评估时的批次</translation>
    </message>
    <message>
        <source>Batches of a step</source>
        <translation>每步的批次</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Shrink the batch when memory is short</source>
        <translation>内存不足时减小批次</translation>
    </message>
    <message>
        <source>Loss that is no number</source>
        <translation>损失不是数值时</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Seed of the order</source>
        <translation>顺序的随机种子</translation>
    </message>
    <message>
        <source>Reference&apos;s folder</source>
        <translation>参考实现的文件夹</translation>
    </message>
    <message>
        <source>Training program</source>
        <translation>训练程序</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>权重衰减</translation>
    </message>
    <message>
        <source>Warm-up share</source>
        <translation>预热比例</translation>
    </message>
    <message>
        <source>of the steps</source>
        <translation>（占总步数）</translation>
    </message>
    <message>
        <source>Warm-up steps</source>
        <translation>预热步数</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>调度</translation>
    </message>
    <message>
        <source>Schedule settings</source>
        <translation>调度的设置</translation>
    </message>
    <message>
        <source>Adam beta 1</source>
        <translation>Adam beta 1</translation>
    </message>
    <message>
        <source>Adam beta 2</source>
        <translation>Adam beta 2</translation>
    </message>
    <message>
        <source>Adam epsilon</source>
        <translation>Adam epsilon</translation>
    </message>
    <message>
        <source>Gradient norm limit</source>
        <translation>梯度范数上限</translation>
    </message>
    <message>
        <source>Optimiser name</source>
        <translation>优化器名称</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评测</translation>
    </message>
    <message>
        <source>Between evaluations</source>
        <translation>评估间隔</translation>
    </message>
    <message>
        <source>Save checkpoints</source>
        <translation>保存检查点</translation>
    </message>
    <message>
        <source>Between checkpoints</source>
        <translation>检查点间隔</translation>
    </message>
    <message>
        <source>Checkpoints kept</source>
        <translation>保留的检查点</translation>
    </message>
    <message>
        <source>checkpoints</source>
        <translation>个</translation>
    </message>
    <message>
        <source>Precision of the result</source>
        <translation>结果的精度</translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation>保存结果</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Between history entries</source>
        <translation>历史记录间隔</translation>
    </message>
    <message>
        <source>History from step 1</source>
        <translation>从第 1 步起记录</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Kind of device</source>
        <translation>设备类型</translation>
    </message>
    <message>
        <source>Compute threads</source>
        <translation>计算线程</translation>
    </message>
    <message>
        <source>bf16</source>
        <translation>bf16</translation>
    </message>
    <message>
        <source>fp16</source>
        <translation>fp16</translation>
    </message>
    <message>
        <source>TF32</source>
        <translation>TF32</translation>
    </message>
    <message>
        <source>Gradient checkpointing</source>
        <translation>梯度检查点</translation>
    </message>
    <message>
        <source>DeepSpeed file</source>
        <translation>DeepSpeed 文件</translation>
    </message>
    <message>
        <source>ZeRO stage</source>
        <translation>ZeRO 阶段</translation>
    </message>
    <message>
        <source>Optimiser in host memory</source>
        <translation>优化器放在主机内存</translation>
    </message>
    <message>
        <source>Meeting port</source>
        <translation>汇合端口</translation>
    </message>
    <message>
        <source>folder of the base model</source>
        <translation>基座模型的文件夹</translation>
    </message>
    <message>
        <source>conversation template: v1, simple, simpleqa, plain, llama_2</source>
        <translation>对话模板：v1、simple、simpleqa、plain、llama_2</translation>
    </message>
    <message>
        <source>CLIP tower: folder or Hugging Face name</source>
        <translation>CLIP 视觉塔：文件夹或 Hugging Face 名称</translation>
    </message>
    <message>
        <source>mm_projector.bin to start from</source>
        <translation>作为起点的 mm_projector.bin</translation>
    </message>
    <message>
        <source>stage 1: train the projector only</source>
        <translation>第一阶段：只训练投影层</translation>
    </message>
    <message>
        <source>leave the projector as it is</source>
        <translation>投影层保持不变</translation>
    </message>
    <message>
        <source>leave embeddings and decoder layers as they are</source>
        <translation>嵌入层和解码器各层保持不变</translation>
    </message>
    <message>
        <source>tensors to leave as they are: globs such as model.layers.[0-3].*, joined with a comma</source>
        <translation>保持不变的张量：model.layers.[0-3].* 这样的通配符，用逗号连接</translation>
    </message>
    <message>
        <source>train the vision tower too</source>
        <translation>同时训练视觉塔</translation>
    </message>
    <message>
        <source>hidden state of the tower to use</source>
        <translation>使用视觉塔的哪个隐藏状态</translation>
    </message>
    <message>
        <source>features of the tower</source>
        <translation>视觉塔的特征</translation>
    </message>
    <message>
        <source>kind of projector</source>
        <translation>投影层的类型</translation>
    </message>
    <message>
        <source>must be False</source>
        <translation>必须为 False</translation>
    </message>
    <message>
        <source>recorded in config.json</source>
        <translation>记录在 config.json 中</translation>
    </message>
    <message>
        <source>pad: pad pictures to a square first</source>
        <translation>pad：先将图片补成正方形</translation>
    </message>
    <message>
        <source>train low-rank adapters instead of the decoder</source>
        <translation>训练低秩适配器，而不是解码器</translation>
    </message>
    <message>
        <source>rank of the adapters</source>
        <translation>适配器的秩</translation>
    </message>
    <message>
        <source>their output is scaled by alpha / r</source>
        <translation>其输出按 alpha / r 缩放</translation>
    </message>
    <message>
        <source>dropout on their input</source>
        <translation>对其输入施加的 dropout</translation>
    </message>
    <message>
        <source>adapter folder to go on from</source>
        <translation>由此继续的适配器文件夹</translation>
    </message>
    <message>
        <source>biases trained beside them</source>
        <translation>与其一起训练的偏置</translation>
    </message>
    <message>
        <source>of the frozen base: 16, or 8 or 4 with --lora_enable True</source>
        <translation>冻结的基座：16，或在 --lora_enable True 时为 8 或 4</translation>
    </message>
    <message>
        <source>bits 4: quantize the scales too</source>
        <translation>4 位：同时量化缩放系数</translation>
    </message>
    <message>
        <source>bits 4: kind of numbers</source>
        <translation>4 位：数值的类型</translation>
    </message>
    <message>
        <source>JSON file: name -&gt; list of sources; left out: datasets.json here, then the published names</source>
        <translation>JSON 文件：名称 -&gt; 来源列表；省略：此处的 datasets.json，然后是发布的名称</translation>
    </message>
    <message>
        <source>name of the data set in that file (several: A+B)</source>
        <translation>该文件中数据集的名称（多个：A+B）</translation>
    </message>
    <message>
        <source>folder that ${PATH} in a datasets file stands for</source>
        <translation>数据集文件中 ${PATH} 所代表的文件夹</translation>
    </message>
    <message>
        <source>held-out data set, named likewise</source>
        <translation>留出数据集，命名方式相同</translation>
    </message>
    <message>
        <source>False: check every item before the first step</source>
        <translation>False：在第一步之前检查每个样本</translation>
    </message>
    <message>
        <source>frames of a video at most</source>
        <translation>一个视频最多的帧数</translation>
    </message>
    <message>
        <source>tokens of a sample at most</source>
        <translation>一个样本最多的词元数</translation>
    </message>
    <message>
        <source>False: file order, wrapping round</source>
        <translation>False：按文件顺序，循环使用</translation>
    </message>
    <message>
        <source>batches of about equally long samples</source>
        <translation>由长度相近的样本组成批次</translation>
    </message>
    <message>
        <source>an item or medium that cannot be read: keep it without loss, leave it out, or end the run</source>
        <translation>无法读取的样本或媒体：保留但不计损失、略过，或结束训练</translation>
    </message>
    <message>
        <source>threads that prepare samples</source>
        <translation>准备样本的线程数</translation>
    </message>
    <message>
        <source>leave an epoch&apos;s last incomplete batch out</source>
        <translation>略去一轮末尾不完整的批次</translation>
    </message>
    <message>
        <source>folder that keeps merged visual tokens</source>
        <translation>保存合并后视觉词元的文件夹</translation>
    </message>
    <message>
        <source>fp32 (exact) or fp16</source>
        <translation>fp32（精确）或 fp16</translation>
    </message>
    <message>
        <source>of several pictures; reference: upstream&apos;s way</source>
        <translation>多张图片的位置；reference：原版的方式</translation>
    </message>
    <message>
        <source>run folder; a run there is resumed</source>
        <translation>训练文件夹；其中已有的训练将续训</translation>
    </message>
    <message>
        <source>start afresh instead of resuming</source>
        <translation>重新开始而不是续训</translation>
    </message>
    <message>
        <source>checkpoint folder to resume from; left out: the newest one of the run folder</source>
        <translation>要续训的检查点文件夹；省略：训练文件夹中最新的一个</translation>
    </message>
    <message>
        <source>name that wandb shows; left out: that of output_dir</source>
        <translation>wandb 显示的名称；省略：output_dir 的名称</translation>
    </message>
    <message>
        <source>passes over the data</source>
        <translation>遍历数据的次数</translation>
    </message>
    <message>
        <source>optimiser steps; overrides the epochs when positive</source>
        <translation>优化步数；为正数时优先于轮数</translation>
    </message>
    <message>
        <source>samples of a batch on each device</source>
        <translation>每个设备上一个批次的样本数</translation>
    </message>
    <message>
        <source>the same while evaluating</source>
        <translation>同上，用于评估</translation>
    </message>
    <message>
        <source>batches of a step</source>
        <translation>一步的批次数</translation>
    </message>
    <message>
        <source>out of memory: halve the batch, accumulate twice as often</source>
        <translation>内存不足：批次减半，累积次数加倍</translation>
    </message>
    <message>
        <source>loss or gradient that is no number: end the run, or leave the step out</source>
        <translation>损失或梯度不是数值：结束训练，或略过这一步</translation>
    </message>
    <message>
        <source>seed of the order and of a fresh projector</source>
        <translation>顺序和新投影层的随机种子</translation>
    </message>
    <message>
        <source>seed of the order; negative: --seed</source>
        <translation>顺序的随机种子；负数：--seed</translation>
    </message>
    <message>
        <source>deepspeed: start the reference&apos;s program with these flags</source>
        <translation>deepspeed：用这些参数启动参考实现的程序</translation>
    </message>
    <message>
        <source>engine deepspeed: folder of the reference&apos;s code</source>
        <translation>engine deepspeed：参考实现代码的文件夹</translation>
    </message>
    <message>
        <source>print the memory plan and end</source>
        <translation>打印内存计划并结束</translation>
    </message>
    <message>
        <source>plan: memory of each GPU, such as 80GB, which need not be here; left out: what is here</source>
        <translation>plan：每个 GPU 的内存，如 80GB，不必是本机的；省略：按本机现有</translation>
    </message>
    <message>
        <source>plan: a table, or all figures</source>
        <translation>plan：表格，或全部数字</translation>
    </message>
    <message>
        <source>print the data report and end</source>
        <translation>打印数据报告并结束</translation>
    </message>
    <message>
        <source>check_data: a report for people, or a line of JSON for each event</source>
        <translation>check_data：供人阅读的报告，或每个事件一行 JSON</translation>
    </message>
    <message>
        <source>check_data: decode pictures and videos, or look whether they are there</source>
        <translation>check_data：解码图片和视频，或只看它们是否存在</translation>
    </message>
    <message>
        <source>highest learning rate</source>
        <translation>最高学习率</translation>
    </message>
    <message>
        <source>decoupled; not for norms and biases</source>
        <translation>解耦；不用于归一化层和偏置</translation>
    </message>
    <message>
        <source>AdamW beta 1</source>
        <translation>AdamW beta 1</translation>
    </message>
    <message>
        <source>AdamW beta 2</source>
        <translation>AdamW beta 2</translation>
    </message>
    <message>
        <source>AdamW epsilon</source>
        <translation>AdamW epsilon</translation>
    </message>
    <message>
        <source>gradient norm to clip at; 0: never</source>
        <translation>裁剪梯度范数的上限；0：从不</translation>
    </message>
    <message>
        <source>share of the steps that warm up</source>
        <translation>预热步数所占的比例</translation>
    </message>
    <message>
        <source>steps that warm up; overrides the ratio when positive</source>
        <translation>预热的步数；为正数时优先于比例</translation>
    </message>
    <message>
        <source>course of the learning rate</source>
        <translation>学习率的变化过程</translation>
    </message>
    <message>
        <source>JSON object of the schedule&apos;s own settings, such as {&quot;num_cycles&quot;: 2}</source>
        <translation>调度自身设置的 JSON 对象，如 {&quot;num_cycles&quot;: 2}</translation>
    </message>
    <message>
        <source>optimiser; all are AdamW in fp32</source>
        <translation>优化器；均为 fp32 的 AdamW</translation>
    </message>
    <message>
        <source>when the held-out loss is measured</source>
        <translation>何时测量留出集损失</translation>
    </message>
    <message>
        <source>steps between evaluations; 0: logging_steps</source>
        <translation>两次评估之间的步数；0：logging_steps</translation>
    </message>
    <message>
        <source>when checkpoints are written</source>
        <translation>何时写入检查点</translation>
    </message>
    <message>
        <source>steps between checkpoints</source>
        <translation>两个检查点之间的步数</translation>
    </message>
    <message>
        <source>checkpoints kept; 0: all</source>
        <translation>保留的检查点数；0：全部</translation>
    </message>
    <message>
        <source>of the result; left out: as the base</source>
        <translation>结果的精度；省略：与基座相同</translation>
    </message>
    <message>
        <source>False: write no result at the end</source>
        <translation>False：结束时不写入结果</translation>
    </message>
    <message>
        <source>when the history gets an entry</source>
        <translation>何时写入一条历史记录</translation>
    </message>
    <message>
        <source>steps between entries of the history</source>
        <translation>两条历史记录之间的步数</translation>
    </message>
    <message>
        <source>an entry for the first step too</source>
        <translation>第一步也写入一条记录</translation>
    </message>
    <message>
        <source>wandb, tensorboard, all or none; several with commas</source>
        <translation>wandb、tensorboard、all 或 none；多个用逗号连接</translation>
    </message>
    <message>
        <source>auto, cpu, cuda, cuda:N</source>
        <translation>auto、cpu、cuda、cuda:N</translation>
    </message>
    <message>
        <source>threads to compute with; 0: all cores</source>
        <translation>计算用的线程数；0：全部核心</translation>
    </message>
    <message>
        <source>compute in bf16 over fp32 master weights</source>
        <translation>以 bf16 计算，主权重为 fp32</translation>
    </message>
    <message>
        <source>compute in fp16 with loss scaling over fp32 master weights</source>
        <translation>以 fp16 计算并缩放损失，主权重为 fp32</translation>
    </message>
    <message>
        <source>TF32 matrix products on the GPU</source>
        <translation>GPU 上使用 TF32 矩阵乘法</translation>
    </message>
    <message>
        <source>recompute layers, for less memory</source>
        <translation>重新计算各层，以节省内存</translation>
    </message>
    <message>
        <source>DeepSpeed JSON file: ZeRO stage, offload, buckets</source>
        <translation>DeepSpeed JSON 文件：ZeRO 阶段、卸载、分桶</translation>
    </message>
    <message>
        <source>ZeRO stage 0 to 3; negative: what the file says</source>
        <translation>ZeRO 阶段 0 到 3；负数：按该文件所述</translation>
    </message>
    <message>
        <source>where optimiser state lives; left out: what the file says</source>
        <translation>优化器状态存放在哪里；省略：按该文件所述</translation>
    </message>
    <message>
        <source>devices that train: localhost:0,1</source>
        <translation>用于训练的设备：localhost:0,1</translation>
    </message>
    <message>
        <source>port at which the ranks meet</source>
        <translation>各进程汇合的端口</translation>
    </message>
    <message>
        <source>set by launchers</source>
        <translation>由启动程序设置</translation>
    </message>
    <message>
        <source>write where the time of so many steps goes: trace-rankN.json in the run folder</source>
        <translation>写入这么多步的耗时分布：训练文件夹中的 trace-rankN.json</translation>
    </message>
    <message>
        <source>Steps in a trace</source>
        <translation>跟踪的步数</translation>
    </message>
    <message>
        <source>Tokens around pictures</source>
        <translation>图片前后的词元</translation>
    </message>
    <message>
        <source>Token of a picture&apos;s patch</source>
        <translation>图块的词元</translation>
    </message>
    <message>
        <source>Tokens around boxes</source>
        <translation>方框前后的词元</translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation>打乱顺序</translation>
    </message>
</context>
<context>
    <name>univi::ui</name>
    <message>
        <source>(stopped)</source>
        <translation>（已停止）</translation>
    </message>
    <message>
        <source>%1 holds no conversation; choose a JSON file that was exported here.</source>
        <translation>%1 中没有对话；请选择从本程序导出的 JSON 文件。</translation>
    </message>
    <message>
        <source>The conversations could not be read: %1.</source>
        <translation>无法读取对话：%1。</translation>
    </message>
    <message>
        <source>Looking at %1…</source>
        <translation>正在查看 %1…</translation>
    </message>
    <message>
        <source>Reading %1 · %2 of %3 frames</source>
        <translation>正在读取 %1 · 第 %2 帧，共 %3 帧</translation>
    </message>
    <message>
        <source>Image understanding</source>
        <translation>图像理解</translation>
    </message>
    <message>
        <source>Video understanding</source>
        <translation>视频理解</translation>
    </message>
    <message>
        <source>ScienceQA</source>
        <translation>ScienceQA</translation>
    </message>
    <message>
        <source>Video QA</source>
        <translation>视频问答</translation>
    </message>
    <message>
        <source>POPE</source>
        <translation>POPE</translation>
    </message>
    <message>
        <source>%1 must hold one JSON object.</source>
        <translation>%1 中必须是一个 JSON 对象。</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>无法读取 %1：%2</translation>
    </message>
    <message>
        <source>%1 is too large: %2 MB, at most %3 MB are read.</source>
        <translation>%1 太大：%2 MB，最多读取 %3 MB。</translation>
    </message>
    <message>
        <source>Point at a word of the reply to see what it looked at.</source>
        <translation>指向回复中的一个词，即可看到它关注了哪里。</translation>
    </message>
    <message>
        <source>far</source>
        <translation>远</translation>
    </message>
    <message>
        <source>near</source>
        <translation>近</translation>
    </message>
    <message>
        <source>not missed</source>
        <translation>无影响</translation>
    </message>
    <message>
        <source>missed most</source>
        <translation>影响最大</translation>
    </message>
    <message>
        <source>0 % of the attention</source>
        <translation>注意力 0 %</translation>
    </message>
    <message>
        <source>joins others at %1</source>
        <translation>在 %1 与其他组合并</translation>
    </message>
    <message>
        <source>at %1</source>
        <translation>在 %1</translation>
    </message>
    <message>
        <source>stays alone</source>
        <translation>始终独立</translation>
    </message>
    <message>
        <source>There is no picture to export yet.</source>
        <translation>还没有可以导出的图片。</translation>
    </message>
    <message>
        <source>%1 was not written: name it .png, .svg, .pdf, .json or .csv.</source>
        <translation>%1 未写入：文件名请以 .png、.svg、.pdf、.json 或 .csv 结尾。</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>group %1, %2, %3</source>
        <translation>第 %1 组，%2，%3</translation>
    </message>
    <message>
        <source>not in this frame</source>
        <translation>不在此帧中</translation>
    </message>
    <message>
        <source>all over</source>
        <translation>遍布各处</translation>
    </message>
    <message>
        <source>upper left</source>
        <translation>左上</translation>
    </message>
    <message>
        <source>top</source>
        <translation>上方</translation>
    </message>
    <message>
        <source>upper right</source>
        <translation>右上</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左侧</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>中间</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右侧</translation>
    </message>
    <message>
        <source>lower left</source>
        <translation>左下</translation>
    </message>
    <message>
        <source>bottom</source>
        <translation>下方</translation>
    </message>
    <message>
        <source>lower right</source>
        <translation>右下</translation>
    </message>
    <message>
        <source>%1: %2 in %3.</source>
        <translation>%1：%2，分为 %3。</translation>
    </message>
    <message>
        <source>Frame %1 of %2.</source>
        <translation>第 %1 帧，共 %2 帧。</translation>
    </message>
    <message>
        <source>Largest: %1.</source>
        <translation>最大的组：%1。</translation>
    </message>
    <message>
        <source>Chosen: %1.</source>
        <translation>已选中：%1。</translation>
    </message>
    <message>
        <source>Pasted %1.png</source>
        <translation>粘贴的 %1.png</translation>
    </message>
    <message>
        <source>Pictures and videos (%1 %2);;Pictures (%1);;Videos (%2);;All files (*)</source>
        <translation>图片和视频 (%1 %2);;图片 (%1);;视频 (%2);;所有文件 (*)</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 等，另有 %2 个</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 和 %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 were not found</source>
        <translation>
            <numerusform>找不到 %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 are neither pictures nor videos</source>
        <translation>
            <numerusform>%1 既不是图片也不是视频</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 are folders</source>
        <translation>
            <numerusform>%1 是文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, Hugging Face cache</source>
        <translation>%1，Hugging Face 缓存</translation>
    </message>
    <message>
        <source>%1 holds no model: config.json is missing. Choose the folder that holds it; the loaded model goes on.</source>
        <translation>%1 中没有模型：缺少 config.json。请选择包含该文件的文件夹；已加载的模型继续使用。</translation>
    </message>
    <message>
        <source>%1 was not written: %2.</source>
        <translation>%1 未写入：%2。</translation>
    </message>
    <message>
        <source>There is no chart to export yet.</source>
        <translation>还没有可以导出的图表。</translation>
    </message>
    <message>
        <source>Training curves</source>
        <translation>训练曲线</translation>
    </message>
    <message>
        <source>%1 ends with none of .png, .svg, .pdf and .csv.</source>
        <translation>%1 的扩展名不是 .png、.svg、.pdf 或 .csv。</translation>
    </message>
    <message>
        <source>%1 was not written: is the folder there, and is there room?</source>
        <translation>%1 未写入：文件夹是否存在，空间是否足够？</translation>
    </message>
    <message>
        <source>No valid JSON</source>
        <translation>不是有效的 JSON</translation>
    </message>
    <message>
        <source>Not of the form of an item</source>
        <translation>不符合样本的格式</translation>
    </message>
    <message>
        <source>Placeholders and media do not fit</source>
        <translation>占位符与媒体不匹配</translation>
    </message>
    <message>
        <source>Media by absolute paths</source>
        <translation>媒体使用绝对路径</translation>
    </message>
    <message>
        <source>Picture or video missing</source>
        <translation>缺少图片或视频</translation>
    </message>
    <message>
        <source>Picture or video cannot be read</source>
        <translation>无法读取图片或视频</translation>
    </message>
    <message>
        <source>Video damaged in part</source>
        <translation>视频部分损坏</translation>
    </message>
    <message>
        <source>Too long for its pictures</source>
        <translation>文本过长，放不下图片</translation>
    </message>
    <message>
        <source>Too long: its end is cut</source>
        <translation>过长：末尾被截断</translation>
    </message>
    <message>
        <source>Nothing to learn</source>
        <translation>没有可学习的内容</translation>
    </message>
    <message>
        <source>Media that no placeholder shows</source>
        <translation>没有占位符引用的媒体</translation>
    </message>
    <message>
        <source>%1 must be a path.</source>
        <translation>%1 必须是路径。</translation>
    </message>
    <message>
        <source>%1 has a source without &quot;chat_path&quot;.</source>
        <translation>%1 有一个来源缺少 &quot;chat_path&quot;。</translation>
    </message>
    <message>
        <source>%1: %2 must be true or false.</source>
        <translation>%1：%2 必须是 true 或 false。</translation>
    </message>
    <message>
        <source>%1, data set %2</source>
        <translation>%1，数据集 %2</translation>
    </message>
    <message>
        <source>%1 has no source: add one.</source>
        <translation>%1 没有来源：请添加一个。</translation>
    </message>
    <message>
        <source>%1 has a source without its list of conversations: choose the file.</source>
        <translation>%1 有一个来源缺少对话列表：请选择文件。</translation>
    </message>
    <message>
        <source>%1 has a folder without a name: give it one.</source>
        <translation>%1 有一个文件夹没有名称：请为它命名。</translation>
    </message>
    <message>
        <source>%1 has two folders called %2: rename one.</source>
        <translation>%1 有两个名为 %2 的文件夹：请重命名其中一个。</translation>
    </message>
    <message>
        <source>%1 is in none of the folders: the sample has no loss.</source>
        <translation>%1 不在任何文件夹中：该样本不计损失。</translation>
    </message>
    <message>
        <source>A picture lies behind the longest sample of %1 tokens: the sample has no loss.</source>
        <translation>有图片位于 %1 词元的最大样本长度之后：该样本不计损失。</translation>
    </message>
    <message>
        <source>The lengths of its rounds do not add up, so the sample has no loss: look for empty answers and role names.</source>
        <translation>各轮对话的长度对不上，因此该样本不计损失：请检查空回答和角色名称。</translation>
    </message>
    <message>
        <source>No word of it is learned: its answers are empty or cut off.</source>
        <translation>其中没有任何词被学习：回答为空或被截断。</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Vision tower</source>
        <translation>视觉塔</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Optimiser</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>Buffers</source>
        <translation>缓冲区</translation>
    </message>
    <message>
        <source>Prepared samples</source>
        <translation>已准备的样本</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>There is no checkpoint yet: Resume starts from the beginning.</source>
        <translation>还没有检查点：“续训”将从头开始。</translation>
    </message>
    <message>
        <source>Resume goes on from step %1.</source>
        <translation>“续训”从第 %1 步继续。</translation>
    </message>
    <message>
        <source>Look in the rank&apos;s log for what happened before it. %1</source>
        <translation>请在该进程的日志中查看之前发生了什么。%1</translation>
    </message>
    <message>
        <source>Make room on the disk, or keep fewer checkpoints (%1). %2</source>
        <translation>请腾出磁盘空间，或少保留检查点（%1）。%2</translation>
    </message>
    <message>
        <source>Check the data set (Set up, Data), or leave bad items out (%1: skip). %2</source>
        <translation>请检查数据集（设置、数据），或忽略坏样本（%1：skip）。%2</translation>
    </message>
    <message>
        <source>Check the data (Set up, Data): it says what is wrong and what to do.</source>
        <translation>请检查数据（设置、数据）：那里会说明问题和处理办法。</translation>
    </message>
    <message>
        <source>See whether the GPU still answers (Set up, Devices); a computer that lost one may need to be started anew. %1</source>
        <translation>请看 GPU 是否仍有响应（设置、设备）；丢失 GPU 的计算机可能需要重新启动。%1</translation>
    </message>
    <message>
        <source>Give another %1, or name the %2, which finds a free one by itself.</source>
        <translation>请换一个 %1，或指定 %2，它会自行寻找空闲端口。</translation>
    </message>
    <message>
        <source>Take a smaller batch with more accumulation, turn %1 on, or %2. %3</source>
        <translation>请减小批次并增加梯度累积，打开“%1”，或%2。%3</translation>
    </message>
    <message>
        <source>Correct the setting and start again: “Set up from this run” opens the form with it.</source>
        <translation>请改正该设置后重新开始：“据此训练设置”会打开填好的表单。</translation>
    </message>
    <message>
        <source>The rest of the run is shown; put a whole copy in its place, or remove it.</source>
        <translation>其余部分照常显示；请用完整的副本替换它，或将其移除。</translation>
    </message>
    <message>
        <source>Make room on the disk: the run goes on and the next checkpoint may succeed.</source>
        <translation>请腾出磁盘空间：训练仍在继续，下一个检查点可能会成功。</translation>
    </message>
    <message>
        <source>The run goes on and the next checkpoint may succeed.</source>
        <translation>训练仍在继续，下一个检查点可能会成功。</translation>
    </message>
    <message>
        <source>Install the program again, or put univi-train beside it.</source>
        <translation>请重新安装程序，或将 univi-train 放在它旁边。</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>There is no checkpoint: the run starts from the beginning.</source>
        <translation>没有检查点：训练从头开始。</translation>
    </message>
    <message>
        <source>Goes on from step %1 as if it had never stopped.</source>
        <translation>从第 %1 步继续，如同从未停止。</translation>
    </message>
    <message>
        <source>The red settings belong to another model: the checkpoint does not fit them. Take them back, or start a new run.</source>
        <translation>红色标出的设置属于另一个模型：检查点与之不符。请改回这些设置，或新建训练。</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Held-out loss</source>
        <translation>留出集损失</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>梯度范数</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>每秒词元数</translation>
    </message>
    <message>
        <source>Samples a second</source>
        <translation>每秒样本数</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>GPU load</source>
        <translation>GPU 负载</translation>
    </message>
    <message>
        <source>Seconds a step</source>
        <translation>每步秒数</translation>
    </message>
    <message>
        <source>Waiting for data (seconds a step)</source>
        <translation>等待数据（每步秒数）</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Loss scale</source>
        <translation>损失缩放</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>每秒 %1</translation>
    </message>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>%1 (ms)</source>
        <translation>%1（毫秒）</translation>
    </message>
    <message>
        <source>%1 (seconds)</source>
        <translation>%1（秒）</translation>
    </message>
    <message>
        <source>%1 (share)</source>
        <translation>%1（占比）</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>失联</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分钟</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 天 %2 小时</translation>
    </message>
    <message>
        <source>no number</source>
        <translation>无数值</translation>
    </message>
    <message>
        <source>GPU %1 load (%)</source>
        <translation>GPU %1 负载（%）</translation>
    </message>
    <message>
        <source>GPU %1 memory</source>
        <translation>GPU %1 显存</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>%1 is not there any more.</source>
        <translation>%1 已不存在。</translation>
    </message>
    <message>
        <source>The trash does not take %1: look at the permissions of the folder it lies in, or delete it in the file manager.</source>
        <translation>回收站无法接收 %1：请检查其所在文件夹的权限，或在文件管理器中删除。</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more.</source>
        <translation>%1 已不在回收站中。</translation>
    </message>
    <message>
        <source>Something else is at %1 by now: move it away first.</source>
        <translation>%1 处已有其他内容：请先将其移走。</translation>
    </message>
    <message>
        <source>%1 could not be moved back to %2.</source>
        <translation>无法将 %1 移回 %2。</translation>
    </message>
    <message>
        <source>There is no GPU here, but the kind of device is %1.</source>
        <translation>此处没有 GPU，但设备类型为 %1。</translation>
    </message>
    <message>
        <source>Use the processor</source>
        <translation>使用处理器</translation>
    </message>
    <message>
        <source>%1 processes share one core: more than one only costs time.</source>
        <translation>%1 个进程共用一个核心：多于一个只会浪费时间。</translation>
    </message>
    <message>
        <source>%1 processes share %2 cores: more than one each only costs time.</source>
        <translation>%1 个进程共用 %2 个核心：每个核心多于一个只会浪费时间。</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>使用 %1</translation>
    </message>
    <message>
        <source>There is no GPU here: %1 processes train on the processor.</source>
        <translation>此处没有 GPU：%1 个进程在处理器上训练。</translation>
    </message>
    <message>
        <source>Use one</source>
        <translation>使用一个</translation>
    </message>
    <message>
        <source>The devices name a GPU that is not here: there are %1.</source>
        <translation>所选设备中有此处不存在的 GPU：共有 %1 个。</translation>
    </message>
    <message>
        <source>Use all that are here</source>
        <translation>使用此处的全部 GPU</translation>
    </message>
    <message>
        <source>a process</source>
        <translation>某个进程</translation>
    </message>
    <message>
        <source>GPU %1 is used by %2: %3 of %4 are free.</source>
        <translation>GPU %1 正被 %2 占用：共 %4，空闲 %3。</translation>
    </message>
    <message>
        <source>Choose devices</source>
        <translation>选择设备</translation>
    </message>
    <message>
        <source>%1 has no bf16 of its own: it would be slow.</source>
        <translation>%1 不原生支持 bf16：速度会很慢。</translation>
    </message>
    <message>
        <source>Use fp16</source>
        <translation>使用 fp16</translation>
    </message>
    <message>
        <source>TF32 needs an Ampere GPU or later: here it does nothing.</source>
        <translation>TF32 需要 Ampere 或更新的 GPU：在此不起作用。</translation>
    </message>
    <message>
        <source>Turn it off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The processor computes in fp16 very slowly.</source>
        <translation>处理器进行 fp16 计算非常慢。</translation>
    </message>
    <message>
        <source>Use fp32</source>
        <translation>使用 fp32</translation>
    </message>
    <message>
        <source>This processor has no bf16 of its own: fp32 is faster.</source>
        <translation>此处理器不原生支持 bf16：fp32 更快。</translation>
    </message>
    <message>
        <source>Leave the file out</source>
        <translation>不使用该文件</translation>
    </message>
    <message>
        <source>ZeRO stage %1 shares nothing on one device.</source>
        <translation>在单个设备上，ZeRO 阶段 %1 没有可分摊的内容。</translation>
    </message>
    <message>
        <source>Use stage 0</source>
        <translation>使用阶段 0</translation>
    </message>
    <message>
        <source>A trained vision tower goes with ZeRO stages 0 to 2.</source>
        <translation>训练视觉塔时只能用 ZeRO 阶段 0 到 2。</translation>
    </message>
    <message>
        <source>A base of few bits goes with ZeRO stages 0 to 2.</source>
        <translation>低位宽的基座模型只能用 ZeRO 阶段 0 到 2。</translation>
    </message>
    <message>
        <source>Use stage 2</source>
        <translation>使用阶段 2</translation>
    </message>
    <message>
        <source>It does not fit: %1 are needed on each device, %2 are there.</source>
        <translation>放不下：每个设备需要 %1，只有 %2。</translation>
    </message>
    <message>
        <source>Use more devices or a smaller model.</source>
        <translation>请使用更多设备或更小的模型。</translation>
    </message>
    <message>
        <source>Choose the base model: a folder with a LLaMA or Chat-UniVi checkpoint.</source>
        <translation>选择基座模型：包含 LLaMA 或 Chat-UniVi 检查点的文件夹。</translation>
    </message>
    <message>
        <source>The base model %1 is neither a folder nor in the Hugging Face cache: download it, or choose its folder.</source>
        <translation>基座模型 %1 既不是文件夹，也不在 Hugging Face 缓存中：请下载，或选择其文件夹。</translation>
    </message>
    <message>
        <source>The base model %1 is in the Hugging Face cache.</source>
        <translation>基座模型 %1 在 Hugging Face 缓存中。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用它</translation>
    </message>
    <message>
        <source>%1 has no config.json, so it is no model folder.</source>
        <translation>%1 没有 config.json，因此不是模型文件夹。</translation>
    </message>
    <message>
        <source>The vision tower %1 is neither a folder nor in the Hugging Face cache: download it, or choose its folder.</source>
        <translation>视觉塔 %1 既不是文件夹，也不在 Hugging Face 缓存中：请下载，或选择其文件夹。</translation>
    </message>
    <message>
        <source>Stage 2 without a projector: the base has none, so it would be trained from noise together with the decoder.</source>
        <translation>第二阶段没有投影层：基座模型中没有，它将与解码器一起从噪声开始训练。</translation>
    </message>
    <message>
        <source>Use that of %1</source>
        <translation>使用 %1 的</translation>
    </message>
    <message>
        <source>Train stage 1 first</source>
        <translation>先训练第一阶段</translation>
    </message>
    <message>
        <source>%1: %2 is not there.</source>
        <translation>%1：%2 不存在。</translation>
    </message>
    <message>
        <source>Use the published %1</source>
        <translation>使用发布的 %1</translation>
    </message>
    <message>
        <source>%1 for the run folder, %2 are free</source>
        <translation>%1 用于训练文件夹，空闲 %2</translation>
    </message>
    <message>
        <source>The disk needs %1.</source>
        <translation>磁盘需要 %1。</translation>
    </message>
    <message>
        <source>Keep one checkpoint</source>
        <translation>只保留一个检查点</translation>
    </message>
    <message>
        <source>The disk needs %1: choose another disk.</source>
        <translation>磁盘需要 %1：请选择其他磁盘。</translation>
    </message>
    <message>
        <source>Every checkpoint is kept, %1 each; %2 are free.</source>
        <translation>所有检查点都保留，每个 %1；空闲 %2。</translation>
    </message>
    <message>
        <source>Keep two</source>
        <translation>保留两个</translation>
    </message>
    <message>
        <source>The conversations %1 are not there.</source>
        <translation>对话 %1 不存在。</translation>
    </message>
    <message>
        <source>Look at the data</source>
        <translation>查看数据</translation>
    </message>
    <message>
        <source>The media folder %1 is not there: its items train without loss.</source>
        <translation>媒体文件夹 %1 不存在：其中的样本不计损失。</translation>
    </message>
    <message>
        <source>No data set is chosen.</source>
        <translation>未选择数据集。</translation>
    </message>
    <message>
        <source>The published data sets need the folder they lie in.</source>
        <translation>发布的数据集需要指定其所在文件夹。</translation>
    </message>
    <message>
        <source>The datasets file has no data set %1.</source>
        <translation>数据集文件中没有数据集 %1。</translation>
    </message>
    <message>
        <source>Choose the folder that takes the run.</source>
        <translation>请选择存放训练的文件夹。</translation>
    </message>
    <message>
        <source>The run has no folder yet.</source>
        <translation>训练还没有文件夹。</translation>
    </message>
    <message>
        <source>%1 is a file: the run needs a folder.</source>
        <translation>%1 是文件：训练需要文件夹。</translation>
    </message>
    <message>
        <source>This folder holds a run, which would go on.</source>
        <translation>此文件夹中已有训练，将会继续进行。</translation>
    </message>
    <message>
        <source>Start afresh</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Use a new folder</source>
        <translation>使用新文件夹</translation>
    </message>
    <message>
        <source>Turn them off</source>
        <translation>将其关闭</translation>
    </message>
    <message>
        <source>Train it</source>
        <translation>训练它</translation>
    </message>
    <message>
        <source>Leave the tower</source>
        <translation>不训练视觉塔</translation>
    </message>
    <message>
        <source>No cache</source>
        <translation>不用缓存</translation>
    </message>
    <message>
        <source>Train LoRA</source>
        <translation>训练 LoRA</translation>
    </message>
    <message>
        <source>Projector only</source>
        <translation>仅训练投影层</translation>
    </message>
    <message>
        <source>Use bf16</source>
        <translation>使用 bf16</translation>
    </message>
    <message>
        <source>Use stage 1</source>
        <translation>使用阶段 1</translation>
    </message>
    <message>
        <source>Do not evaluate</source>
        <translation>不评估</translation>
    </message>
    <message>
        <source>Evaluate each epoch</source>
        <translation>每轮评估</translation>
    </message>
    <message>
        <source>Use cosine</source>
        <translation>使用余弦调度</translation>
    </message>
    <message>
        <source>Keep the order</source>
        <translation>保持顺序</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Use DeepSpeed</source>
        <translation>使用 DeepSpeed</translation>
    </message>
    <message>
        <source>“%1” still has the placeholder %2: put what it stands for in its place.</source>
        <translation>“%1”中仍有占位符 %2：请填入实际内容。</translation>
    </message>
    <message>
        <source>Use the default</source>
        <translation>使用默认值</translation>
    </message>
    <message>
        <source>A learning rate of %1 is high for the whole decoder: the published stage 2 takes 2e-5.</source>
        <translation>对整个解码器而言，学习率 %1 过高：发布的第二阶段采用 2e-5。</translation>
    </message>
    <message>
        <source>Use 2e-5</source>
        <translation>使用 2e-5</translation>
    </message>
    <message>
        <source>Nothing is saved: neither checkpoints nor the result.</source>
        <translation>什么都不保存：既没有检查点，也没有结果。</translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation>保存结果</translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>显示%1</translation>
    </message>
    <message>
        <source>Starts as soon as it can</source>
        <translation>一有可能就开始</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>损失 %1</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>MMM yyyy</source>
        <translation>yyyy年M月</translation>
    </message>
    <message numerus="yes">
        <source>%Ln patch(es)</source>
        <translation>
            <numerusform>%Ln 个图块</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln group(s)</source>
        <translation>
            <numerusform>%Ln 个组</numerusform>
        </translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>%1; choose pictures or videos inside.</source>
        <translation>%1；请选择其中的图片或视频。</translation>
    </message>
    <message numerus="yes">
        <source>%1; choose picture or video files.</source>
        <translation>
            <numerusform>%1；请选择图片或视频文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>two sentences</comment>
        <translation>%1%2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>batches of samples</comment>
        <translation>%1 / %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln 个批次</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sample(s)</source>
        <translation>
            <numerusform>%Ln 个样本</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything on each, optimiser in host memory</source>
        <translation>各设备均有全部内容，优化器在主机内存</translation>
    </message>
    <message>
        <source>Everything on each</source>
        <translation>各设备均有全部内容</translation>
    </message>
    <message>
        <source>ZeRO stage %1, optimiser in host memory</source>
        <translation>ZeRO 阶段 %1，优化器在主机内存</translation>
    </message>
    <message>
        <source>ZeRO stage %1</source>
        <translation>ZeRO 阶段 %1</translation>
    </message>
    <message>
        <source>From there on the yellow settings hold.</source>
        <translation>此后采用黄色标出的设置。</translation>
    </message>
    <message>
        <source>It is kept in the folder branches, neither counted nor resumed from.</source>
        <translation>它保存在 branches 文件夹中，不计入训练，也不会由此续训。</translation>
    </message>
    <message>
        <source>The run is done at step %1: more steps or epochs go on from there.</source>
        <translation>训练已在第 %1 步完成：增加步数或轮数即可由此继续。</translation>
    </message>
    <message>
        <source>Goes on from step %1.</source>
        <translation>从第 %1 步继续。</translation>
    </message>
    <message>
        <source>Starts again from the base.</source>
        <translation>从基座模型重新开始。</translation>
    </message>
    <message>
        <source>All that the run has, up to step %1, is set aside.</source>
        <translation>训练已有的全部内容（到第 %1 步）都将搁置。</translation>
    </message>
    <message>
        <source>Goes back to step %1.</source>
        <translation>回到第 %1 步。</translation>
    </message>
    <message>
        <source>What the run has after it, up to step %1, is set aside.</source>
        <translation>其后已有的内容（到第 %1 步）将搁置。</translation>
    </message>
    <message>
        <source>Goes on from step %1 of the line that was set aside.</source>
        <translation>从已搁置的那条分支的第 %1 步继续。</translation>
    </message>
    <message>
        <source>What the run has instead is set aside now.</source>
        <translation>训练现有的内容将转为搁置。</translation>
    </message>
    <message>
        <source>Goes on from %1.</source>
        <translation>从 %1 继续。</translation>
    </message>
    <message>
        <source>What the run has now is set aside.</source>
        <translation>训练现有的内容将搁置。</translation>
    </message>
    <message>
        <source>The process ended without a word: it was killed, or the computer was switched off.</source>
        <translation>进程未作说明就结束了：它被终止，或计算机已关机。</translation>
    </message>
    <message>
        <source>Branched at step %1: step %2 is set aside in branches/%3</source>
        <translation>在第 %1 步分出：第 %2 步已搁置于 branches/%3</translation>
    </message>
    <message>
        <source>Branched at step %1: steps %2–%3 are set aside in branches/%4</source>
        <translation>在第 %1 步分出：第 %2–%3 步已搁置于 branches/%4</translation>
    </message>
    <message numerus="yes">
        <source>%Ln checkpoint(s) there</source>
        <translation>
            <numerusform>其中有 %Ln 个检查点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln line(s) set aside in all</source>
        <translation>
            <numerusform>共搁置 %Ln 条分支</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 left, done at %2</source>
        <translation>剩余 %1，%2 完成</translation>
    </message>
    <message>
        <source>%1 left, done on %2</source>
        <translation>剩余 %1，%2 完成</translation>
    </message>
    <message>
        <source>d MMM, HH:mm</source>
        <translation>M月d日 HH:mm</translation>
    </message>
    <message>
        <source>“Check the data”</source>
        <translation>“检查数据”</translation>
    </message>
    <message>
        <source>MIT licence</source>
        <translation>MIT 许可证</translation>
    </message>
    <message>
        <source>Llama 2 licence, for research only</source>
        <translation>Llama 2 许可证，仅供研究</translation>
    </message>
    <message>
        <source>The newest one; sees pictures at 336 pixels</source>
        <translation>最新的模型；以 336 像素查看图片</translation>
    </message>
    <message>
        <source>The model of the paper, at 224 pixels</source>
        <translation>论文中的模型，224 像素</translation>
    </message>
    <message>
        <source>The large model of the paper, at 224 pixels</source>
        <translation>论文中的大模型，224 像素</translation>
    </message>
    <message>
        <source>CLIP ViT-L/14, vision tower</source>
        <translation>CLIP ViT-L/14，视觉塔</translation>
    </message>
    <message>
        <source>For training, LoRA folders and projectors; whole models bring theirs</source>
        <translation>用于训练、LoRA 文件夹和投影层；完整的模型自带视觉塔</translation>
    </message>
    <message>
        <source>CLIP ViT-L/14 336, vision tower</source>
        <translation>CLIP ViT-L/14 336，视觉塔</translation>
    </message>
    <message>
        <source>The same for models that see 336 pixels</source>
        <translation>同上，用于以 336 像素查看的模型</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Needs %1 of memory even in %2; this machine has %3</source>
        <translation>即使采用 %2 也需要 %1 内存；本机有 %3</translation>
    </message>
    <message>
        <source>Fits this machine&apos;s memory as %1</source>
        <translation>采用 %1 时本机内存放得下</translation>
    </message>
    <message>
        <source>the demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>%1 could not be read: %2.</source>
        <translation>无法读取 %1：%2。</translation>
    </message>
    <message>
        <source>The folder %1 cannot be made; check its rights and the free space.</source>
        <translation>无法创建文件夹 %1；请检查其权限和可用空间。</translation>
    </message>
    <message>
        <source>%1 holds no conversation; choose a zip that was exported here.</source>
        <translation>%1 中没有对话；请选择从这里导出的 zip 文件。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln frame(s)</source>
        <translation>
            <numerusform>%Ln 帧</numerusform>
        </translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>从 %1 起</translation>
    </message>
    <message>
        <source>up to %1</source>
        <translation>到 %1 止</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Whole model</source>
        <translation>完整模型</translation>
    </message>
    <message>
        <source>Text only</source>
        <translation>仅文本</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>LoRA for %1</source>
        <translation>%1 的 LoRA</translation>
    </message>
    <message>
        <source>Projector</source>
        <translation>投影层</translation>
    </message>
    <message>
        <source>Projector for %1</source>
        <translation>%1 的投影层</translation>
    </message>
    <message>
        <source>%1 of weights</source>
        <translation>权重 %1</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>template %1</source>
        <translation>模板 %1</translation>
    </message>
    <message>
        <source>licence %1</source>
        <translation>许可证 %1</translation>
    </message>
    <message>
        <source>More than this machine&apos;s memory in every type</source>
        <translation>任何数据类型都超出本机内存</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>第 %1 层</translation>
    </message>
    <message>
        <source>layers %1 to %2</source>
        <translation>第 %1 至 %2 层</translation>
    </message>
    <message>
        <source>%1 of %2 that were free</source>
        <translation>%1，原有可用 %2</translation>
    </message>
    <message>
        <source>vision tower, projector and embedding</source>
        <translation>视觉塔、投影层和词嵌入</translation>
    </message>
    <message>
        <source>head</source>
        <translation>输出头</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>UniVi Studio %1: talk with Chat-UniVi about pictures and videos, see what it made of them, and train it. Free software under the GNU General Public License 3 or later, without any warranty.</source>
        <translation>UniVi Studio %1：与 Chat-UniVi 谈论图片和视频，查看它如何理解它们，并训练它。自由软件，依 GNU 通用公共许可证第 3 版或更高版本发布，不附带任何担保。</translation>
    </message>
    <message>
        <source>Copy a diagnostic &amp;report</source>
        <translation>复制诊断报告(&amp;R)</translation>
    </message>
    <message>
        <source>Versions, system, device and the end of the log; nothing of your conversations and files</source>
        <translation>版本、系统、设备和日志的末尾；不含您的对话和文件</translation>
    </message>
    <message>
        <source>Unload the model when idle</source>
        <translation>空闲时卸载模型</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>After 5 minutes</source>
        <translation>5 分钟后</translation>
    </message>
    <message>
        <source>After 15 minutes</source>
        <translation>15 分钟后</translation>
    </message>
    <message>
        <source>After an hour</source>
        <translation>一小时后</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>%1 分钟后</translation>
    </message>
    <message>
        <source>The model in memory</source>
        <translation>内存中的模型</translation>
    </message>
    <message>
        <source>&amp;Unload when idle</source>
        <translation>空闲时卸载(&amp;U)</translation>
    </message>
    <message>
        <source>Its memory is free for other programs then; the next question loads it again.</source>
        <translation>这时它的内存可供其他程序使用；下一个问题会重新加载它。</translation>
    </message>
    <message>
        <source>Tell me</source>
        <translation>告诉我</translation>
    </message>
    <message>
        <source>Tell me when long work ends</source>
        <translation>耗时的工作结束时告诉我</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>When long work &amp;ends</source>
        <translation>耗时的工作结束时(&amp;E)</translation>
    </message>
    <message>
        <source>The desktop says when a training run, a download or a reply of more than half a minute ends while you look elsewhere.</source>
        <translation>训练、下载或超过半分钟的回复在您看别处时结束，桌面会通知您。</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>The folder %1 for the pictures cannot be made; choose another place.</source>
        <translation>无法创建图片文件夹 %1；请选择其他位置。</translation>
    </message>
    <message>
        <source>Leave out old turns, keep media</source>
        <translation>略去旧轮次，保留媒体</translation>
    </message>
    <message>
        <source>Leave out old turns and media</source>
        <translation>略去旧轮次及媒体</translation>
    </message>
    <message>
        <source>Say so and ask nothing</source>
        <translation>给出提示，不提问</translation>
    </message>
    <message numerus="yes">
        <source>Stage %1 · %Ln group(s)</source>
        <translation>
            <numerusform>第 %1 阶段 · %Ln 组</numerusform>
        </translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>A reply is being written</source>
        <translation>正在生成回答</translation>
    </message>
    <message>
        <source>An evaluation is running</source>
        <translation>正在评测</translation>
    </message>
    <message>
        <source>A model is being downloaded</source>
        <translation>正在下载模型</translation>
    </message>
    <message>
        <source>A model is being converted or checked</source>
        <translation>正在转换或检查模型</translation>
    </message>
    <message>
        <source>%1; restart when that is done.</source>
        <translation>%1；请在其完成后再重启。</translation>
    </message>
    <message>
        <source>The damaged file %1 cannot be set aside.</source>
        <translation>无法移走损坏的文件 %1。</translation>
    </message>
    <message>
        <source>The conversations could not be read; their file was kept as %1 and a new one was begun.</source>
        <translation>无法读取对话；其文件已另存为 %1，并新建了一个文件。</translation>
    </message>
    <message numerus="yes">
        <source>The file of the conversations was damaged: %n question(s) could be read and are here, and the damaged file was kept as %1.</source>
        <translation>
            <numerusform>对话文件已损坏：已读出 %n 个问题并列在这里，损坏的文件另存为 %1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln visual token(s)</source>
        <translation>
            <numerusform>%Ln 个视觉词元</numerusform>
        </translation>
    </message>
    <message>
        <source>log-probability %1</source>
        <translation>对数概率 %1</translation>
    </message>
    <message>
        <source>event %1</source>
        <translation>事件段 %1</translation>
    </message>
    <message>
        <source>group %1 of stage %2</source>
        <translation>阶段 %2 的第 %1 组</translation>
    </message>
    <message>
        <source>%1, event %2</source>
        <translation>%1，事件段 %2</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Hide its groups</source>
        <translation>隐藏它的组</translation>
    </message>
    <message>
        <source>Show its groups beside</source>
        <translation>并排显示其词元组</translation>
    </message>
    <message>
        <source>The log-probability is that of the first answer, under either prompt.</source>
        <translation>对数概率是第一个回答在两个提示词下各自的值。</translation>
    </message>
    <message>
        <source>Less likely without (its log-probability falls by):</source>
        <translation>去掉后可能性变小（对数概率下降）：</translation>
    </message>
    <message>
        <source>No single one of them is missed much.</source>
        <translation>没有哪一个单独去掉会有明显影响。</translation>
    </message>
    <message>
        <source>More likely without (it rises by):</source>
        <translation>去掉后可能性变大（对数概率上升）：</translation>
    </message>
    <message>
        <source>Take it off the picture</source>
        <translation>从图片上移除</translation>
    </message>
    <message>
        <source>Send the question</source>
        <translation>发送问题</translation>
    </message>
    <message>
        <source>New line in the question</source>
        <translation>在问题中换行</translation>
    </message>
    <message>
        <source>Edit the last question (in an empty field)</source>
        <translation>编辑最后的问题（输入框为空时）</translation>
    </message>
    <message>
        <source>Prompts (in an empty field)</source>
        <translation>提示词（输入框为空时）</translation>
    </message>
    <message>
        <source>Paste text, pictures or files</source>
        <translation>粘贴文本、图片或文件</translation>
    </message>
    <message>
        <source>Rename the chosen conversation</source>
        <translation>重命名所选对话</translation>
    </message>
    <message>
        <source>Delete the chosen conversation</source>
        <translation>删除所选对话</translation>
    </message>
    <message>
        <source>Next word (in the line under a reply)</source>
        <translation>下一个词（在回复下方的线上）</translation>
    </message>
    <message>
        <source>Go where that word looked most</source>
        <translation>转到该词看得最多的地方</translation>
    </message>
    <message>
        <source>Let the kept group go (there)</source>
        <translation>取消选中的组（同上）</translation>
    </message>
    <message>
        <source>Next frame (there, or in the frames)</source>
        <translation>下一帧（同上，或在帧条中）</translation>
    </message>
    <message>
        <source>Next event (in the frames)</source>
        <translation>下一个事件段（在帧条中）</translation>
    </message>
    <message>
        <source>Play the event, or stop it (there)</source>
        <translation>播放事件段或停止（同上）</translation>
    </message>
    <message>
        <source>Rename the chosen run</source>
        <translation>重命名所选训练</translation>
    </message>
    <message>
        <source>Move the chosen run to the trash</source>
        <translation>将所选训练移入回收站</translation>
    </message>
    <message>
        <source>Start the run that is set up</source>
        <translation>开始已设置好的训练</translation>
    </message>
    <message>
        <source>Keep the next group (in the picture)</source>
        <translation>选中下一个组（在图片中）</translation>
    </message>
    <message>
        <source>Enlarge the picture (0 fits it again)</source>
        <translation>放大图片（0 恢复适合大小）</translation>
    </message>
</context>
<context>
    <name>univi::ui::Adviser</name>
    <message>
        <source>Gradient checkpointing makes it fit</source>
        <translation>使用梯度检查点即可放下</translation>
    </message>
    <message>
        <source>Turn it on</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Smaller batches, more of them a step, make it fit</source>
        <translation>减小批次、增加每步批次数即可放下</translation>
    </message>
    <message>
        <source>No stage fits, not even with batches of one sample: LoRA adapters on a base of 4 bits need a fraction of it.</source>
        <translation>任何阶段都放不下，单样本批次也不行：在 4 位基座上训练 LoRA 适配器只需其中一小部分。</translation>
    </message>
    <message>
        <source>Train LoRA on 4 bits</source>
        <translation>在 4 位上训练 LoRA</translation>
    </message>
    <message>
        <source>ZeRO stage %1 with the optimiser in host memory makes it fit</source>
        <translation>ZeRO 阶段 %1 并将优化器放在主机内存即可放下</translation>
    </message>
    <message>
        <source>ZeRO stage %1 makes it fit</source>
        <translation>ZeRO 阶段 %1 即可放下</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用它</translation>
    </message>
    <message>
        <source>gradient checkpointing</source>
        <translation>梯度检查点</translation>
    </message>
    <message>
        <source> and </source>
        <translation>和</translation>
    </message>
    <message numerus="yes">
        <source>Use batches of %Ln sample(s)</source>
        <translation>
            <numerusform>使用每批 %Ln 个样本</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (with %2)</source>
        <translation>%1（配合%2）</translation>
    </message>
    <message>
        <source>%1: %2 of %3.</source>
        <translation>%1：%2，共 %3。</translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1。</translation>
    </message>
</context>
<context>
    <name>univi::ui::AppSettings</name>
    <message>
        <source>Settings are kept only until the program ends, because %1 cannot be written; check its rights.</source>
        <translation>设置只保留到程序结束，因为无法写入 %1；请检查其权限。</translation>
    </message>
</context>
<context>
    <name>univi::ui::AttentionChoiceButton</name>
    <message>
        <source>Mean of all</source>
        <translation>全部的平均</translation>
    </message>
    <message>
        <source>Layer %1, head %2</source>
        <translation>第 %1 层，第 %2 头</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>第 %1 层</translation>
    </message>
    <message>
        <source>Head %1</source>
        <translation>第 %1 头</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>头</translation>
    </message>
    <message>
        <source>Attention of one layer or head. The reply is read once more for it.</source>
        <translation>只看某一层或某一头的注意力。为此会把回复再读一遍。</translation>
    </message>
    <message>
        <source>Attention shown: %1</source>
        <translation>显示的注意力：%1</translation>
    </message>
    <message>
        <source>Which attention of a word glows: the mean over the decoder&apos;s %1 layers and %2 heads, or one of them</source>
        <translation>词的哪种注意力发亮：解码器 %1 层、%2 头的平均，或其中之一</translation>
    </message>
</context>
<context>
    <name>univi::ui::AttentionLine</name>
    <message>
        <source>How much each word looked at pictures and clips at all; the rest of its attention went to the text. Point at a bar, or use the arrow keys, to see what the word looked at.</source>
        <translation>每个词究竟看了图片和视频多少；其余的注意力在文字上。指向一根竖条，或使用方向键，可以看到这个词看了哪里。</translation>
    </message>
    <message>
        <source>Visual attention: %1</source>
        <translation>视觉注意力：%1</translation>
    </message>
    <message>
        <source>“%1”: %2 visual</source>
        <translation>“%1”：视觉占 %2</translation>
    </message>
</context>
<context>
    <name>univi::ui::CameraDialog</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>拍摄</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>&amp;Length</source>
        <translation>时长(&amp;L)</translation>
    </message>
    <message>
        <source>Looking for cameras…</source>
        <translation>正在查找摄像头…</translation>
    </message>
    <message>
        <source>%1 could not be started; install the program whole.</source>
        <translation>无法启动 %1；请完整安装本程序。</translation>
    </message>
    <message>
        <source>What is taken is stored on this computer.</source>
        <translation>拍摄的内容保存在此计算机上。</translation>
    </message>
    <message>
        <source>The data folder takes no recording.</source>
        <translation>数据文件夹无法保存录制内容。</translation>
    </message>
    <message>
        <source>Taking a picture…</source>
        <translation>正在拍照…</translation>
    </message>
    <message>
        <source>Recording…</source>
        <translation>正在录制…</translation>
    </message>
    <message>
        <source>The recording ended unexpectedly; try again.</source>
        <translation>录制意外结束；请重试。</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>This screen</source>
        <translation>本屏幕</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未评</translation>
    </message>
    <message>
        <source>A screen or a window…</source>
        <translation>屏幕或窗口…</translation>
    </message>
    <message>
        <source>Shared screen</source>
        <translation>共享的屏幕</translation>
    </message>
    <message>
        <source>Nothing was shared.</source>
        <translation>没有共享任何内容。</translation>
    </message>
    <message>
        <source>Choose what to share in the dialog of the desktop.</source>
        <translation>请在桌面的对话框中选择要共享的内容。</translation>
    </message>
    <message>
        <source>Search for cameras again</source>
        <translation>重新搜索摄像头</translation>
    </message>
    <message>
        <source>Camera or screen</source>
        <translation>摄像头或屏幕</translation>
    </message>
    <message>
        <source>No camera was found; connect one and search again.</source>
        <translation>没有找到摄像头；请连接一个后重新搜索。</translation>
    </message>
    <message>
        <source>&amp;Source</source>
        <translation>来源(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Take as</source>
        <translation>拍摄为(&amp;T)</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChartPanel</name>
    <message>
        <source>The first step has not come yet.</source>
        <translation>第一步尚未到来。</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Log scale</source>
        <translation>对数坐标</translation>
    </message>
    <message>
        <source>All steps</source>
        <translation>全部步数</translation>
    </message>
    <message>
        <source>Show everything and follow (double click in a chart). Drag to move, Shift and wheel to zoom the steps, Ctrl and wheel to zoom the values.</source>
        <translation>显示全部并跟随（在图表中双击）。拖动可平移，Shift 加滚轮缩放步数，Ctrl 加滚轮缩放数值。</translation>
    </message>
    <message>
        <source>Export charts or data</source>
        <translation>导出图表或数据</translation>
    </message>
    <message>
        <source>Export charts (PNG, SVG, PDF) or data (CSV)</source>
        <translation>导出图表（PNG、SVG、PDF）或数据（CSV）</translation>
    </message>
    <message>
        <source>PNG picture (*.png);;SVG drawing (*.svg);;PDF page (*.pdf);;CSV table (*.csv)</source>
        <translation>PNG 图片 (*.png);;SVG 矢量图 (*.svg);;PDF 页面 (*.pdf);;CSV 表格 (*.csv)</translation>
    </message>
    <message>
        <source>compared-curves</source>
        <translation>对比曲线</translation>
    </message>
    <message>
        <source>curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>%1-curves</source>
        <translation>%1-曲线</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChatHeader</name>
    <message>
        <source>Export this conversation</source>
        <translation>导出此对话</translation>
    </message>
    <message>
        <source>Export this conversation (Ctrl+S)</source>
        <translation>导出此对话（Ctrl+S）</translation>
    </message>
    <message>
        <source>Settings of this chat</source>
        <translation>此对话的设置</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChatPage</name>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Esc stops the reply, Enter puts a question after it</source>
        <translation>Esc 停止回复，Enter 将问题排在其后</translation>
    </message>
    <message>
        <source>No model is loaded; the question waits for one.</source>
        <translation>没有加载模型；问题将等待模型。</translation>
    </message>
    <message>
        <source>Waiting for the model to load…</source>
        <translation>正在等待模型加载…</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChatProblems</name>
    <message numerus="yes">
        <source>The reply was not finished, so %Ln question(s) go on waiting.</source>
        <translation>
            <numerusform>回复未完成，因此还有 %Ln 个问题在等待。</numerusform>
        </translation>
    </message>
    <message>
        <source>Ask now</source>
        <translation>立即提问</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChatSettingsActions</name>
    <message>
        <source>This chat goes with the model %1; %2 is loaded.</source>
        <translation>此对话使用模型 %1；当前加载的是 %2。</translation>
    </message>
    <message>
        <source>Load it</source>
        <translation>加载该模型</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChatSettingsDialog</name>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>此对话</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Always with the model %1</source>
        <translation>始终使用模型 %1</translation>
    </message>
    <message>
        <source>Where another one is loaded, the chat offers to load this one.</source>
        <translation>当加载的是其他模型时，此对话会提示加载该模型。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>As in Settings</source>
        <translation>与设置相同</translation>
    </message>
    <message>
        <source>This chat&apos;s own</source>
        <translation>此对话专用</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>保存为预设</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChatView</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
</context>
<context>
    <name>univi::ui::CheckList</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChecksView</name>
    <message>
        <source>Nothing stands against the start.</source>
        <translation>没有妨碍开始的问题。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ChoiceEditor</name>
    <message>
        <source>not set</source>
        <translation>未设置</translation>
    </message>
</context>
<context>
    <name>univi::ui::ClipStrip</name>
    <message>
        <source>%1 cannot be shown; choose another video.</source>
        <translation>无法显示 %1；请选择其他视频。</translation>
    </message>
</context>
<context>
    <name>univi::ui::CodeBlock</name>
    <message>
        <source>Copy this code</source>
        <translation>复制此代码</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Code, %1</source>
        <translation>代码，%1</translation>
    </message>
</context>
<context>
    <name>univi::ui::CommandPalette</name>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Chats, what was said, commands, models…</source>
        <translation>对话、说过的内容、命令、模型…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>找到的内容</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Nothing here has “%1”.</source>
        <translation>没有包含“%1”的内容。</translation>
    </message>
    <message>
        <source>%1, version %2 of %3</source>
        <translation>%1，第 %2 版（共 %3 版）</translation>
    </message>
</context>
<context>
    <name>univi::ui::ComparePage</name>
    <message>
        <source>Run</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Held-out</source>
        <translation>留出集</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>调度</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Accumulation</source>
        <translation>累积</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>基座</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Last sign</source>
        <translation>最近活动</translation>
    </message>
    <message>
        <source>Filter: name, setting or value…</source>
        <translation>筛选：名称、设置或值…</translation>
    </message>
    <message>
        <source>Filter the runs</source>
        <translation>筛选训练</translation>
    </message>
    <message>
        <source>Tick runs in the table to lay their curves over each other.</source>
        <translation>在表格中勾选训练，即可将其曲线叠加显示。</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Settings that differ</source>
        <translation>不同的设置</translation>
    </message>
    <message>
        <source>Compare runs</source>
        <translation>对比训练</translation>
    </message>
    <message>
        <source>Runs to compare</source>
        <translation>要对比的训练</translation>
    </message>
    <message>
        <source>First run</source>
        <translation>第一个训练</translation>
    </message>
    <message>
        <source>Second run</source>
        <translation>第二个训练</translation>
    </message>
    <message>
        <source>against</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Tick two runs to see what differs.</source>
        <translation>勾选两个训练即可查看差异。</translation>
    </message>
    <message>
        <source>Both runs have the same settings.</source>
        <translation>两个训练的设置相同。</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置项</translation>
    </message>
</context>
<context>
    <name>univi::ui::ComparePane</name>
    <message>
        <source>Second picture with its token groups</source>
        <translation>第二幅图片及其词元组</translation>
    </message>
    <message>
        <source>Frame of the second picture</source>
        <translation>第二幅图片的帧</translation>
    </message>
    <message>
        <source>Frame </source>
        <translation>帧 </translation>
    </message>
    <message>
        <source>Grouping of the second picture</source>
        <translation>第二幅图片的分组方式</translation>
    </message>
    <message>
        <source>The same groups</source>
        <translation>相同的词元组</translation>
    </message>
</context>
<context>
    <name>univi::ui::Composer</name>
    <message>
        <source>Ask about a picture or a video…</source>
        <translation>就图片或视频提问…</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>添加图片或视频</translation>
    </message>
    <message>
        <source>Add pictures or videos (Ctrl+O)</source>
        <translation>添加图片或视频（Ctrl+O）</translation>
    </message>
    <message>
        <source>Pictures or videos…</source>
        <translation>图片或视频…</translation>
    </message>
    <message>
        <source>An address…</source>
        <translation>网络地址…</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Prompts ( / in an empty field)</source>
        <translation>提示词（在空白输入框中按 /）</translation>
    </message>
    <message>
        <source>Ask after this reply (Enter)</source>
        <translation>在此回复之后提问（Enter）</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter starts a new line</source>
        <translation>Enter 发送，Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Enter sends</source>
        <translation>Enter 发送</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>停止（Esc）</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>发送（Enter）</translation>
    </message>
    <message>
        <source>A camera or the screen…</source>
        <translation>摄像头或屏幕…</translation>
    </message>
</context>
<context>
    <name>univi::ui::ContextMeter</name>
    <message>
        <source>%1 tokens too many</source>
        <translation>超出 %1 个词元</translation>
    </message>
    <message>
        <source>%1: remove pictures or videos (up to %2 each), shorten it, or start a new chat.</source>
        <translation>%1：请移除图片或视频（每个最多 %2），缩短问题，或新建对话。</translation>
    </message>
    <message>
        <source>%1: shorten the question or start a new chat.</source>
        <translation>%1：请缩短问题或新建对话。</translation>
    </message>
    <message>
        <source>%1 text</source>
        <translation>文本 %1</translation>
    </message>
    <message>
        <source>%1 visual</source>
        <translation>视觉 %1</translation>
    </message>
    <message>
        <source>a video not read yet</source>
        <translation>一个尚未读取的视频</translation>
    </message>
    <message>
        <source>%1 of %2 tokens free</source>
        <translation>共 %2 个词元，空闲 %1</translation>
    </message>
    <message>
        <source>%1 of %2 free</source>
        <translation>共 %2，空闲 %1</translation>
    </message>
    <message numerus="yes">
        <source>the oldest %Ln turn(s) left out with their media</source>
        <translation>
            <numerusform>最早的 %Ln 轮连同其媒体已略去</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the oldest %Ln turn(s) left out</source>
        <translation>
            <numerusform>最早的 %Ln 轮已略去</numerusform>
        </translation>
    </message>
    <message>
        <source>How much of the model&apos;s context the next question takes; Enter shows the prompt</source>
        <translation>下一个问题占用模型上下文的多少；按 Enter 显示提示词</translation>
    </message>
    <message>
        <source>How much of the model&apos;s context the next question takes; a click shows the prompt</source>
        <translation>下一个问题占用模型上下文的多少；单击显示提示词</translation>
    </message>
</context>
<context>
    <name>univi::ui::ConversationExporter</name>
    <message>
        <source>Export the conversation</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>Web page with pictures (*.html)</source>
        <translation>带图片的网页 (*.html)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Page, JSON and media (*.zip)</source>
        <translation>网页、JSON 和媒体 (*.zip)</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>已导出到 %1。</translation>
    </message>
    <message>
        <source>Import a conversation</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Exporting to %1…</source>
        <translation>正在导出到 %1…</translation>
    </message>
    <message>
        <source>Exported to %1 without what could not be read: %2.</source>
        <translation>已导出到 %1，但不含无法读取的文件：%2。</translation>
    </message>
    <message>
        <source>Exported conversations (*.json *.zip)</source>
        <translation>导出的对话 (*.json *.zip)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Exported to %1; its pictures lie in %2 beside it.</source>
        <translation>已导出到 %1；其图片位于旁边的 %2 文件夹中。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ConversationList</name>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message numerus="yes">
        <source>Folder of %Ln conversation(s)</source>
        <translation>
            <numerusform>含 %Ln 个对话的文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, folded</source>
        <translation>%1，已折叠</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>in the folder %1</source>
        <translation>在文件夹 %1 中</translation>
    </message>
</context>
<context>
    <name>univi::ui::ConversationListView</name>
    <message>
        <source>Search…</source>
        <translation>搜索…</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation>新建对话（Ctrl+N）</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Conversations are kept here.</source>
        <translation>对话保存在这里。</translation>
    </message>
    <message>
        <source>No conversation has “%1”.</source>
        <translation>没有包含“%1”的对话。</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin to the top</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>创建副本</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Deleted.</source>
        <translation>已删除。</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>移动到</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>不在文件夹中</translation>
    </message>
    <message>
        <source>Delete the folder, keep its conversations</source>
        <translation>删除文件夹，保留其中的对话</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>文件夹名称</translation>
    </message>
</context>
<context>
    <name>univi::ui::ConversationMedia</name>
    <message>
        <source>%1 could not be read and were left out; choose other files.</source>
        <translation>%1 无法读取，已略过；请选择其他文件。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ConversationStore</name>
    <message>
        <source>There is no folder for data (HOME is not set), so conversations are kept only until the program ends.</source>
        <translation>没有数据文件夹（未设置 HOME），因此对话只保留到程序结束。</translation>
    </message>
    <message>
        <source>%1 Conversations of this session are kept only until the program ends.</source>
        <translation>%1 本次的对话只保留到程序结束。</translation>
    </message>
    <message>
        <source>%1 cannot be written, so conversations are kept only until the program ends; check the rights and the free space of its folder.</source>
        <translation>无法写入 %1，因此对话只保留到程序结束；请检查其文件夹的权限和剩余空间。</translation>
    </message>
    <message>
        <source>Conversations cannot be kept: install the program whole.</source>
        <translation>无法保存对话：请完整安装本程序。</translation>
    </message>
    <message>
        <source>Conversations can no longer be written to %1 and are kept in memory; check the rights and the free space of its folder.</source>
        <translation>对话已无法写入 %1，目前保留在内存中；请检查其文件夹的权限和剩余空间。</translation>
    </message>
    <message>
        <source>Conversations are written to %1 again.</source>
        <translation>对话重新写入 %1。</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <translation>%1（副本）</translation>
    </message>
</context>
<context>
    <name>univi::ui::CopyButton</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>univi::ui::DataDoctor</name>
    <message>
        <source>Choose a data set first.</source>
        <translation>请先选择数据集。</translation>
    </message>
    <message>
        <source>univi-train gave a data report of another version: install both programs together.</source>
        <translation>univi-train 给出的数据报告版本不同：请同时安装这两个程序。</translation>
    </message>
    <message>
        <source>univi-train left no report: look at its log.</source>
        <translation>univi-train 没有留下报告：请查看其日志。</translation>
    </message>
</context>
<context>
    <name>univi::ui::DataPanel</name>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
</context>
<context>
    <name>univi::ui::DatasetsEditor</name>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>The published data sets</source>
        <translation>发布的数据集</translation>
    </message>
    <message>
        <source>Datasets file</source>
        <translation>数据集文件</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;New…</source>
        <translation>新建(&amp;N)…</translation>
    </message>
    <message>
        <source>&amp;Folder for ${PATH}</source>
        <translation>${PATH} 的文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>Where the published data lie</source>
        <translation>发布的数据所在位置</translation>
    </message>
    <message>
        <source>Choose the data folder</source>
        <translation>选择数据文件夹</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Data sets: ticked ones are trained on</source>
        <translation>数据集：勾选的用于训练</translation>
    </message>
    <message>
        <source>%1 is not there yet: add a data set and save.</source>
        <translation>%1 还不存在：请添加数据集并保存。</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>New datasets file</source>
        <translation>新建数据集文件</translation>
    </message>
    <message>
        <source>Ticked data sets are trained on. Paths may be relative to the file.</source>
        <translation>勾选的数据集用于训练。路径可以相对于该文件。</translation>
    </message>
    <message>
        <source>These are the published data sets. Open a file of your own, or make a new one.</source>
        <translation>这些是发布的数据集。请打开您自己的文件，或新建一个。</translation>
    </message>
    <message>
        <source>mine</source>
        <translation>我的数据</translation>
    </message>
    <message>
        <source>mine%1</source>
        <translation>我的数据%1</translation>
    </message>
</context>
<context>
    <name>univi::ui::DatasetsFile</name>
    <message>
        <source>%1 must be a JSON object: name -&gt; list of sources.</source>
        <translation>%1 必须是 JSON 对象：名称 -&gt; 来源列表。</translation>
    </message>
    <message>
        <source>%1: &quot;paths&quot; must hold folders.</source>
        <translation>%1：&quot;paths&quot; 中必须是文件夹。</translation>
    </message>
    <message>
        <source>A data set has no name: give it one.</source>
        <translation>有一个数据集没有名称：请为它命名。</translation>
    </message>
    <message>
        <source>&quot;paths&quot; cannot be the name of a data set: rename it.</source>
        <translation>&quot;paths&quot; 不能用作数据集名称：请重命名。</translation>
    </message>
    <message>
        <source>Two data sets are called %1: rename one.</source>
        <translation>有两个名为 %1 的数据集：请重命名其中一个。</translation>
    </message>
</context>
<context>
    <name>univi::ui::DecisionGraph</name>
    <message>
        <source>Decision graph: density against distance</source>
        <translation>决策图：密度与距离</translation>
    </message>
    <message>
        <source>distance δ</source>
        <translation>距离 δ</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln point(s) are centres.</source>
        <translation>
            <numerusform>%Ln 个点中有 %1 个是中心。</numerusform>
        </translation>
    </message>
    <message>
        <source>density ρ of the frames</source>
        <translation>各帧的密度 ρ</translation>
    </message>
    <message>
        <source>density ρ of the tokens</source>
        <translation>各词元的密度 ρ</translation>
    </message>
</context>
<context>
    <name>univi::ui::DesktopNotice</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>univi::ui::DevicesPanel</name>
    <message>
        <source>&amp;Processes on the processor</source>
        <translation>处理器上的进程数(&amp;P)</translation>
    </message>
    <message>
        <source>Looking for GPUs…</source>
        <translation>正在查找 GPU…</translation>
    </message>
    <message>
        <source>Kind of device is cpu: tick a GPU to train on it instead.</source>
        <translation>设备类型为 cpu：勾选 GPU 即可改用 GPU 训练。</translation>
    </message>
    <message numerus="yes">
        <source>of %Ln core(s)</source>
        <translation>
            <numerusform>共 %Ln 个核心</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::DifferenceDialog</name>
    <message>
        <source>No setting differs.</source>
        <translation>没有不同的设置。</translation>
    </message>
    <message>
        <source>Compare settings</source>
        <translation>对比设置</translation>
    </message>
    <message>
        <source>Settings at the left</source>
        <translation>左侧的设置</translation>
    </message>
    <message>
        <source>Settings at the right</source>
        <translation>右侧的设置</translation>
    </message>
    <message>
        <source>Settings that differ</source>
        <translation>不同的设置</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>against</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置项</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>未设置</translation>
    </message>
</context>
<context>
    <name>univi::ui::DifferencesTable</name>
    <message>
        <source>Setting</source>
        <translation>设置项</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>此前</translation>
    </message>
    <message>
        <source>From now on</source>
        <translation>此后</translation>
    </message>
    <message>
        <source>For the run</source>
        <translation>对训练的影响</translation>
    </message>
    <message>
        <source>Settings that differ</source>
        <translation>不同的设置</translation>
    </message>
    <message>
        <source>the checkpoint does not fit</source>
        <translation>与检查点不符</translation>
    </message>
    <message>
        <source>may change</source>
        <translation>可能改变</translation>
    </message>
    <message>
        <source>goes on differently</source>
        <translation>继续方式不同</translation>
    </message>
</context>
<context>
    <name>univi::ui::DoctorView</name>
    <message>
        <source>&amp;Check the data</source>
        <translation>检查数据(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Open every picture and video</source>
        <translation>打开每张图片和每个视频(&amp;O)</translation>
    </message>
    <message>
        <source>Reads every item as training would, and says what is wrong and where.</source>
        <translation>像训练那样读取每个样本，并指出问题及其位置。</translation>
    </message>
    <message>
        <source>Kind of problem</source>
        <translation>问题种类</translation>
    </message>
    <message>
        <source>Items to look at</source>
        <translation>待查看的样本</translation>
    </message>
    <message>
        <source>Lengths</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>%1 of %2 items</source>
        <translation>第 %1 个样本，共 %2 个</translation>
    </message>
    <message>
        <source>Finding the items…</source>
        <translation>正在查找样本…</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>All problems</source>
        <translation>所有问题</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Held out: %1</source>
        <translation>留出集：%1</translation>
    </message>
    <message>
        <source>Held out (%1):</source>
        <translation>留出集（%1）：</translation>
    </message>
    <message>
        <source>%1 to %2 tokens, half of the items up to %3, 95 % up to %4.</source>
        <translation>%1 至 %2 个词元，半数样本不超过 %3，95 % 不超过 %4。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s)</source>
        <translation>
            <numerusform>%Ln 个样本</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s): %1 with pictures, %2 with a video, %3 of text alone. %4 of %5 tokens are learned.</source>
        <translation>
            <numerusform>%Ln 个样本：%1 个含图片，%2 个含视频，%3 个为纯文本。%5 个词元中学习 %4 个。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) call their speakers user and assistant: read as human and gpt.</source>
        <translation>
            <numerusform>%Ln 个样本的说话者名为 user 和 assistant：按 human 和 gpt 读取。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) have the keys messages, role or content: read all the same.</source>
        <translation>
            <numerusform>%Ln 个样本使用键 messages、role 或 content：照样读取。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) begin with a system message: it takes the place of the template&apos;s.</source>
        <translation>
            <numerusform>%Ln 个样本以系统消息开头：它取代模板自带的系统消息。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) came before.</source>
        <translation>
            <numerusform>%Ln 个样本此前已出现。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %Ln item(s), %2 with faults.</source>
        <translation>
            <numerusform>%1：%Ln 个样本，其中 %2 个有问题。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %1 items have a fault: mend them, or training leaves out what it cannot read.</source>
        <translation>
            <numerusform>%1 个样本中有 %Ln 个有问题：请修正，否则训练会略过无法读取的内容。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No faults in %Ln item(s).</source>
        <translation>
            <numerusform>%Ln 个样本均无问题。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::DownloadJob</name>
    <message>
        <source>The program %1 could not be started (%2); install UniVi Studio again.</source>
        <translation>无法启动程序 %1（%2）；请重新安装 UniVi Studio。</translation>
    </message>
    <message>
        <source>The download was ended from outside; what came so far is kept.</source>
        <translation>下载被外部结束；已下载的部分会保留。</translation>
    </message>
    <message>
        <source>The download ended without a reason; what came so far is kept.</source>
        <translation>下载无故结束；已下载的部分会保留。</translation>
    </message>
</context>
<context>
    <name>univi::ui::DownloadList</name>
    <message>
        <source>Name a model as owner/name, or paste its address.</source>
        <translation>请输入 owner/name 形式的模型名称，或粘贴其地址。</translation>
    </message>
    <message>
        <source>Settings say that this program stays offline; switch that off to get a model.</source>
        <translation>设置中本程序保持离线；关闭该项即可获取模型。</translation>
    </message>
</context>
<context>
    <name>univi::ui::DownloadRow</name>
    <message>
        <source>less than a minute left</source>
        <translation>剩余不到一分钟</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>每秒 %1</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>续训</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Download of %1</source>
        <translation>下载 %1</translation>
    </message>
    <message>
        <source>Waits for the download before it</source>
        <translation>等待前面的下载</translation>
    </message>
    <message>
        <source>Asking what there is…</source>
        <translation>正在查询有哪些文件…</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>正在暂停…</translation>
    </message>
    <message>
        <source>Paused at %1 of %2</source>
        <translation>已暂停，%1 / %2</translation>
    </message>
    <message>
        <source>Paused; it goes on from what is there</source>
        <translation>已暂停；将从已有部分继续</translation>
    </message>
    <message>
        <source>Downloaded and checked</source>
        <translation>已下载并校验</translation>
    </message>
    <message>
        <source>Removing what came so far…</source>
        <translation>正在移除已下载的部分…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Take this line away; the model stays</source>
        <translation>移除此行；模型保留</translation>
    </message>
    <message>
        <source>End it and remove the parts of files that came so far</source>
        <translation>结束下载并移除已下载的文件部分</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation>剩余 %1 分钟</translation>
    </message>
    <message>
        <source>%1 h left</source>
        <translation>剩余 %1 小时</translation>
    </message>
    <message>
        <source>files: %1 of %2</source>
        <translation>文件：%1 / %2</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>univi::ui::DropVeil</name>
    <message>
        <source>Drop to ask about it</source>
        <translation>拖放到此处即可提问</translation>
    </message>
</context>
<context>
    <name>univi::ui::EmptyState</name>
    <message>
        <source>Sample: %1. %2</source>
        <translation>示例：%1。%2</translation>
    </message>
    <message>
        <source>Open a picture or a video…</source>
        <translation>打开图片或视频…</translation>
    </message>
    <message>
        <source>What do you want to look at?</source>
        <translation>想看些什么？</translation>
    </message>
    <message>
        <source>Drop a picture or a video here and ask about it. Everything stays on this computer.</source>
        <translation>将图片或视频拖放到这里并提问。一切都保留在这台计算机上。</translation>
    </message>
    <message>
        <source>Or try one of these</source>
        <translation>或试试这些示例</translation>
    </message>
</context>
<context>
    <name>univi::ui::EngineClient</name>
    <message>
        <source>The model process ended %1 times in a row, at last while %2; choose another model or start it again.</source>
        <translation>模型进程连续结束了 %1 次，最近一次正在%2；请选择其他模型或重新启动它。</translation>
    </message>
    <message>
        <source>The model process ended unexpectedly while %1; it was started again and the conversation goes on.</source>
        <translation>模型进程在%1时意外结束；已重新启动，对话继续。</translation>
    </message>
    <message>
        <source>The model was changed before this was finished; ask again.</source>
        <translation>在完成之前更换了模型；请重新提问。</translation>
    </message>
    <message>
        <source>answering a question</source>
        <translation>回答问题</translation>
    </message>
    <message>
        <source>reading %1</source>
        <translation>读取 %1</translation>
    </message>
    <message>
        <source>counting tokens</source>
        <translation>统计词元</translation>
    </message>
    <message>
        <source>asking about %1 again</source>
        <translation>再次询问 %1</translation>
    </message>
    <message>
        <source>looking for a phrase in %1</source>
        <translation>在 %1 中查找词语</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The model process univi-engine is of another version than this window; install both from the same build.</source>
        <translation>模型进程 univi-engine 与此窗口版本不同；请从同一次构建安装两者。</translation>
    </message>
    <message>
        <source>%1 The model used before goes on.</source>
        <translation>%1 之前使用的模型继续使用。</translation>
    </message>
    <message>
        <source>The model process %1 could not be started (%2); install the program again.</source>
        <translation>无法启动模型进程 %1（%2）；请重新安装程序。</translation>
    </message>
    <message>
        <source>The model process ended while looking at %1.</source>
        <translation>模型进程在查看 %1 时结束。</translation>
    </message>
    <message>
        <source>The model process ended while loading %1: it may need more memory than there is.</source>
        <translation>模型进程在加载 %1 时结束：它需要的内存可能超过现有内存。</translation>
    </message>
    <message>
        <source>loading the model %1</source>
        <translation>加载模型 %1</translation>
    </message>
    <message>
        <source>waiting for a question</source>
        <translation>等待问题</translation>
    </message>
    <message>
        <source>writing out a prompt</source>
        <translation>写出提示词</translation>
    </message>
    <message>
        <source>looking at a reply again</source>
        <translation>再次查看回复</translation>
    </message>
</context>
<context>
    <name>univi::ui::EngineNotices</name>
    <message>
        <source>Start again</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <source>Open a model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
    <message>
        <source>Use the demo model</source>
        <translation>使用演示模型</translation>
    </message>
    <message>
        <source>The model does not react to the stop; started again (Esc once more) it goes on with this conversation, and nothing is lost.</source>
        <translation>模型对停止没有反应；重新启动（再按一次 Esc）后继续此对话，不会丢失任何内容。</translation>
    </message>
    <message>
        <source>Start it again</source>
        <translation>重新启动模型</translation>
    </message>
</context>
<context>
    <name>univi::ui::EngineProcess</name>
    <message>
        <source>ended by signal %1</source>
        <translation>因信号 %1 结束</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>退出代码 %1</translation>
    </message>
</context>
<context>
    <name>univi::ui::Errand</name>
    <message>
        <source>The self-test got no reply within five minutes.</source>
        <translation>自检在五分钟内没有得到回复。</translation>
    </message>
    <message>
        <source>The self-test found no samples; install the program with its resources.</source>
        <translation>自检没有找到示例；请将程序连同资源一起安装。</translation>
    </message>
    <message>
        <source>The reply was empty.</source>
        <translation>回复为空。</translation>
    </message>
    <message>
        <source>The sample&apos;s token groups did not arrive.</source>
        <translation>示例的词元组没有到达。</translation>
    </message>
    <message>
        <source>The screenshot could not be written to %1.</source>
        <translation>无法将截图写入 %1。</translation>
    </message>
</context>
<context>
    <name>univi::ui::EvaluationPage</name>
    <message>
        <source>New evaluation…</source>
        <translation>新建评测…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Markdown…</source>
        <translation>Markdown…</translation>
    </message>
    <message>
        <source>LaTeX…</source>
        <translation>LaTeX…</translation>
    </message>
    <message>
        <source>CSV…</source>
        <translation>CSV…</translation>
    </message>
    <message>
        <source>Open results…</source>
        <translation>打开结果…</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评测</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>What was answered stays; it can go on later</source>
        <translation>已回答的内容会保留，以后可以继续</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Where the figures come from</source>
        <translation>数字的来源</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>Where it comes from</source>
        <translation>出处</translation>
    </message>
    <message>
        <source>No results of this task yet</source>
        <translation>此任务还没有结果</translation>
    </message>
    <message>
        <source>Ask a checkpoint the published questions: the table, and every answer behind it, comes up here beside the published rows.</source>
        <translation>用发布的问题询问一个检查点：表格及其背后的每个回答都会显示在这里，与发布的结果并列。</translation>
    </message>
    <message>
        <source>%1, %2 without an answer</source>
        <translation>%1，%2 个没有回答</translation>
    </message>
    <message>
        <source>The evaluation is done.</source>
        <translation>评测已完成。</translation>
    </message>
    <message>
        <source>Stopped; every answer so far is kept.</source>
        <translation>已停止；此前的所有回答都已保留。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Change the settings…</source>
        <translation>更改设置…</translation>
    </message>
    <message>
        <source>Export the table</source>
        <translation>导出表格</translation>
    </message>
    <message>
        <source>Table (*.%1)</source>
        <translation>表格 (*.%1)</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Results (*.results.json *.json)</source>
        <translation>结果 (*.results.json *.json)</translation>
    </message>
    <message>
        <source>Model SHA-256</source>
        <translation>模型 SHA-256</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Computed in</source>
        <translation>计算精度</translation>
    </message>
    <message>
        <source>Judge</source>
        <translation>评判</translation>
    </message>
    <message>
        <source>Judge prompts SHA-256</source>
        <translation>评判提示词 SHA-256</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Rule, %1</source>
        <translation>规则，%1</translation>
    </message>
    <message>
        <source>Results file</source>
        <translation>结果文件</translation>
    </message>
    <message>
        <source>Choose a figure of yours in the table.</source>
        <translation>请在表格中选择您自己的一个数字。</translation>
    </message>
    <message>
        <source>The table is in %1.</source>
        <translation>表格已写入 %1。</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
</context>
<context>
    <name>univi::ui::EvaluationRunner</name>
    <message>
        <source>%1 s left</source>
        <translation>剩余 %1 秒</translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation>剩余 %1 分钟</translation>
    </message>
    <message>
        <source>%1 h left</source>
        <translation>剩余 %1 小时</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>%1: question %2 of %3</source>
        <translation>%1：第 %2 个问题，共 %3 个</translation>
    </message>
    <message>
        <source>%1: judging %2 of %3</source>
        <translation>%1：正在评判第 %2 个，共 %3 个</translation>
    </message>
    <message>
        <source>%1 could not be started; install the program whole.</source>
        <translation>无法启动 %1；请完整安装本程序。</translation>
    </message>
    <message>
        <source>The evaluation ended unexpectedly; start it again to go on where it stopped.</source>
        <translation>评测意外结束；重新开始即可从停下处继续。</translation>
    </message>
</context>
<context>
    <name>univi::ui::EvaluationSetup</name>
    <message>
        <source>Choose the published question file.</source>
        <translation>请选择发布的问题文件。</translation>
    </message>
    <message>
        <source>The question file %1 does not exist.</source>
        <translation>问题文件 %1 不存在。</translation>
    </message>
    <message>
        <source>Choose the folder of the pictures or clips.</source>
        <translation>请选择图片或视频的文件夹。</translation>
    </message>
    <message>
        <source>The media folder %1 does not exist.</source>
        <translation>媒体文件夹 %1 不存在。</translation>
    </message>
    <message>
        <source>Choose at least one checkpoint.</source>
        <translation>请至少选择一个检查点。</translation>
    </message>
    <message>
        <source>%1 is a part of a model: choose the base model it goes on top of.</source>
        <translation>%1 是模型的一部分：请选择它所依附的基座模型。</translation>
    </message>
    <message>
        <source>Choose the folder of the judging model.</source>
        <translation>请选择评判模型的文件夹。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Merge and export</source>
        <translation>合并并导出</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>On its base</source>
        <translation>依附的基座</translation>
    </message>
    <message>
        <source>As</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Safetensors, as it was trained</source>
        <translation>Safetensors，与训练时相同</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Folder to write</source>
        <translation>要写入的文件夹</translation>
    </message>
    <message>
        <source>Name the folder to write.</source>
        <translation>请指定要写入的文件夹。</translation>
    </message>
    <message>
        <source>%1 is there already: name another folder.</source>
        <translation>%1 已存在：请指定其他文件夹。</translation>
    </message>
    <message>
        <source>Written to %1.</source>
        <translation>已写入 %1。</translation>
    </message>
    <message>
        <source>There is no univi-cli at %1: install the program again.</source>
        <translation>%1 处没有 univi-cli：请重新安装程序。</translation>
    </message>
    <message>
        <source>univi-cli ended without a word (code %1).</source>
        <translation>univi-cli 未作说明就结束了（代码 %1）。</translation>
    </message>
</context>
<context>
    <name>univi::ui::FillLegend</name>
    <message>
        <source>What the colours mean: %1</source>
        <translation>颜色的含义：%1</translation>
    </message>
</context>
<context>
    <name>univi::ui::FindingsModel</name>
    <message>
        <source>%1 (held out)</source>
        <translation>%1（留出集）</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>univi::ui::FramePlayer</name>
    <message>
        <source>Stop playing</source>
        <translation>停止播放</translation>
    </message>
    <message>
        <source>Play the event, or the clip where frames are chosen</source>
        <translation>播放事件段；按帧查看时播放整个视频</translation>
    </message>
    <message>
        <source>There is one frame: nothing to play</source>
        <translation>只有一帧，没有可播放的内容</translation>
    </message>
</context>
<context>
    <name>univi::ui::FrameStrip</name>
    <message>
        <source>Frames and events of the video</source>
        <translation>视频的帧与事件段</translation>
    </message>
    <message>
        <source>events appear when the last frame is read</source>
        <translation>读完最后一帧后显示事件段</translation>
    </message>
    <message>
        <source>Frame %1 at %2 s</source>
        <translation>第 %1 帧，%2 秒</translation>
    </message>
    <message>
        <source>event %1</source>
        <translation>事件段 %1</translation>
    </message>
    <message>
        <source>%1 of the word&apos;s attention</source>
        <translation>占该词注意力的 %1</translation>
    </message>
    <message numerus="yes">
        <source>Frame %1 of %2; %Ln event(s).</source>
        <translation>
            <numerusform>第 %1 帧，共 %2 帧；%Ln 个事件段。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::GenerationForm</name>
    <message>
        <source>Model&apos;s own</source>
        <translation>模型自带</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Longest reply</source>
        <translation>最长回复</translation>
    </message>
    <message>
        <source>0: all tokens</source>
        <translation>0：所有词元</translation>
    </message>
    <message>
        <source>The template&apos;s own</source>
        <translation>模板自带</translation>
    </message>
    <message>
        <source>S&amp;ystem text</source>
        <translation>系统文本(&amp;Y)</translation>
    </message>
    <message>
        <source>Prompt te&amp;mplate</source>
        <translation>提示词模板(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Temperature</source>
        <translation>温度(&amp;T)</translation>
    </message>
    <message>
        <source>Top-&amp;k</source>
        <translation>Top-k(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Longest reply</source>
        <translation>最长回复(&amp;L)</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Most &amp;frames</source>
        <translation>最多帧数(&amp;F)</translation>
    </message>
    <message>
        <source>When the context is f&amp;ull</source>
        <translation>上下文已满时(&amp;U)</translation>
    </message>
</context>
<context>
    <name>univi::ui::GetModels</name>
    <message>
        <source>Get a model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>owner/name, or an address of huggingface.co</source>
        <translation>owner/name，或 huggingface.co 的地址</translation>
    </message>
    <message>
        <source>Model of the hub</source>
        <translation>Hub 上的模型</translation>
    </message>
    <message>
        <source>&amp;Get</source>
        <translation>获取(&amp;G)</translation>
    </message>
    <message>
        <source>About %1  ·  %2</source>
        <translation>约 %1  ·  %2</translation>
    </message>
    <message>
        <source>Get</source>
        <translation>获取</translation>
    </message>
    <message>
        <source>Models are kept in %1, which other programs share; %2 are free there. Nothing is fetched until you ask for it. Private models need a token: Settings, Hugging Face.</source>
        <translation>模型保存在 %1，与其他程序共享；那里空闲 %2。未经您要求不会下载任何内容。私有模型需要令牌：设置、Hugging Face。</translation>
    </message>
    <message>
        <source>About %1, more than is free  ·  %2</source>
        <translation>约 %1，超过空闲空间  ·  %2</translation>
    </message>
    <message>
        <source>There</source>
        <translation>已有</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>In the list</source>
        <translation>在列表中</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>univi::ui::GpuCard</name>
    <message>
        <source>load %1 %</source>
        <translation>负载 %1 %</translation>
    </message>
    <message>
        <source>%1 °C</source>
        <translation>%1 °C</translation>
    </message>
    <message>
        <source>%1 of %2 W</source>
        <translation>%1 / %2 W</translation>
    </message>
    <message>
        <source>%1 W</source>
        <translation>%1 W</translation>
    </message>
    <message>
        <source>Nobody uses it.</source>
        <translation>无人使用。</translation>
    </message>
    <message>
        <source>process</source>
        <translation>进程</translation>
    </message>
    <message>
        <source>%1 (%2), %3</source>
        <translation>%1（%2），%3</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Used by %1</source>
        <translation>使用者：%1</translation>
    </message>
    <message>
        <source>GPU %1   %2</source>
        <translation>GPU %1   %2</translation>
    </message>
    <message>
        <source>Train on this GPU</source>
        <translation>在此 GPU 上训练</translation>
    </message>
    <message>
        <source>%1 of %2 free</source>
        <translation>共 %2，空闲 %1</translation>
    </message>
    <message>
        <source>needs %1, %2</source>
        <translation>需要 %1，%2</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>This run</source>
        <translation>此训练</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Used by %1 and %2 more</source>
        <translation>使用者：%1，另有 %2 个</translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupDetails</name>
    <message>
        <source>What the answer misses most is bright</source>
        <translation>缺失后对回答影响越大越亮</translation>
    </message>
    <message>
        <source>Point at a group to see what it holds; click to keep it.</source>
        <translation>指向一个组可查看其内容；单击将其固定。</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>第 %1 组</translation>
    </message>
    <message>
        <source>density ρ %1</source>
        <translation>密度 ρ %1</translation>
    </message>
    <message>
        <source>distance δ %1</source>
        <translation>距离 δ %1</translation>
    </message>
    <message>
        <source>nearness %1</source>
        <translation>相近度 %1</translation>
    </message>
    <message>
        <source>missed by %1</source>
        <translation>缺失影响 %1</translation>
    </message>
    <message>
        <source>%1 of the attention</source>
        <translation>占注意力的 %1</translation>
    </message>
    <message>
        <source>this clip</source>
        <translation>此视频</translation>
    </message>
    <message>
        <source>this picture</source>
        <translation>此图片</translation>
    </message>
    <message>
        <source>“%1” looked at %2 with %3 of its attention</source>
        <translation>“%1”将 %3 的注意力放在%2上</translation>
    </message>
    <message>
        <source>The language model sees the event&apos;s groups, not a frame&apos;s own: choose Event.</source>
        <translation>语言模型看到的是事件段的组，而不是单帧的组：请选择“事件段”。</translation>
    </message>
    <message>
        <source>Nothing lies near “%1”: at most %2</source>
        <translation>没有与“%1”相近的内容：最高 %2</translation>
    </message>
    <message>
        <source>What lies near “%1” is bright</source>
        <translation>与“%1”相近的内容较亮</translation>
    </message>
    <message>
        <source>nearest here: group %1, %2</source>
        <translation>此处最近：第 %1 组，%2</translation>
    </message>
    <message>
        <source>The area may still be seen through groups of other stages.</source>
        <translation>该区域仍可能通过其他阶段的组被看到。</translation>
    </message>
    <message>
        <source>Nearness in the model&apos;s own space; this is no detector.</source>
        <translation>模型自身空间中的相近度；这不是检测器。</translation>
    </message>
    <message>
        <source>Attention shows where a word looked; it is no proof of why it was said.</source>
        <translation>注意力显示一个词看向哪里；它并不能证明为什么这样说。</translation>
    </message>
    <message>
        <source>The dimmed edges were cut off before the model saw the picture.</source>
        <translation>变暗的边缘在模型看到图片之前已被裁去。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln patch(es)</source>
        <translation>
            <numerusform>%Ln 个图块</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2, %3 here</source>
        <translation>%1，分布在 %2中，此处 %3 个</translation>
    </message>
    <message numerus="yes">
        <source>%Ln frame(s)</source>
        <translation>
            <numerusform>%Ln 帧</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>touches %Ln group(s)</source>
        <translation>
            <numerusform>与 %Ln 个组相邻</numerusform>
        </translation>
    </message>
    <message>
        <source>The reply is read once more for this layer or head…</source>
        <translation>正在为这一层或这一头再读一遍回复…</translation>
    </message>
    <message>
        <source>An attention sink: nearly every word looks at it, whatever it says.</source>
        <translation>注意力汇聚点：几乎每个词都看它，无论说的是什么。</translation>
    </message>
    <message>
        <source>“%1” looked at it most, with %2 of its attention.</source>
        <translation>“%1”看它最多，占其注意力的 %2。</translation>
    </message>
    <message>
        <source>“%1” of the prompt is a sink: it draws %2 of every word&apos;s attention.</source>
        <translation>提示词中的“%1”是汇聚点：它吸引每个词 %2 的注意力。</translation>
    </message>
    <message>
        <source>Go there</source>
        <translation>转到那里</translation>
    </message>
    <message>
        <source>group %1 of stage %2</source>
        <translation>阶段 %2 的第 %1 组</translation>
    </message>
    <message>
        <source>%1 in event %2, frame %3</source>
        <translation>第 %2 事件段第 %3 帧中%1</translation>
    </message>
    <message>
        <source>most at %1: %2</source>
        <translation>看得最多的是%1：%2</translation>
    </message>
    <message>
        <source>%1, as nearly every word does</source>
        <translation>%1，几乎每个词都是如此</translation>
    </message>
    <message>
        <source>most, beside a sink, at %1: %2</source>
        <translation>除汇聚点外，看得最多的是%1：%2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>event %1, frame %2</source>
        <translation>第 %1 事件段第 %2 帧</translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupExportDialog</name>
    <message>
        <source>Export token groups</source>
        <translation>导出词元组</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <source>Drawing (*.svg)</source>
        <translation>矢量图 (*.svg)</translation>
    </message>
    <message>
        <source>Page (*.pdf)</source>
        <translation>页面 (*.pdf)</translation>
    </message>
    <message>
        <source>All groups as JSON (*.json)</source>
        <translation>所有组，JSON (*.json)</translation>
    </message>
    <message>
        <source>Table of groups (*.csv)</source>
        <translation>组的表格 (*.csv)</translation>
    </message>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source> dpi</source>
        <translation> dpi</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>分辨率</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Sizes, centres, density and distance of every group</source>
        <translation>每个组的大小、中心、密度和距离</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 × %2 px, %3 × %4 cm printed</source>
        <translation>%1 × %2 px，打印尺寸 %3 × %4 cm</translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupExporter</name>
    <message>
        <source>Export token groups</source>
        <translation>导出词元组</translation>
    </message>
    <message>
        <source>Exported %1.</source>
        <translation>已导出 %1。</translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupsFeed</name>
    <message>
        <source>%1 is damaged: %2 of %3 frames cannot be read; replies rest on the others.</source>
        <translation>%1 已损坏：%3 帧中有 %2 帧无法读取；回复基于其余的帧。</translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupsHead</name>
    <message>
        <source>Find in the picture</source>
        <translation>在图片中查找</translation>
    </message>
    <message>
        <source>Export the groups as a picture, a page or numbers</source>
        <translation>将组导出为图片、页面或数字</translation>
    </message>
    <message>
        <source>Picture or video shown</source>
        <translation>显示的图片或视频</translation>
    </message>
    <message>
        <source>Where is…? A word or two</source>
        <translation>哪里有…？输入一两个词</translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupsPanel</name>
    <message>
        <source>The token groups of a picture or clip appear here as soon as the model has read it.</source>
        <translation>模型读完图片或视频后，词元组会显示在这里。</translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation>正在读取 %1…</translation>
    </message>
</context>
<context>
    <name>univi::ui::GroupsToolbar</name>
    <message>
        <source>Event</source>
        <translation>事件段</translation>
    </message>
    <message>
        <source>Groups of the whole event: what the language model sees</source>
        <translation>整个事件段的组：语言模型所看到的</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Groups of this frame alone</source>
        <translation>仅此帧的组</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>阶段</translation>
    </message>
</context>
<context>
    <name>univi::ui::HistoryConnection</name>
    <message>
        <source>The conversations in %1 could not be opened: %2.</source>
        <translation>无法打开 %1 中的对话：%2。</translation>
    </message>
    <message>
        <source>The conversations in %1 were written by a newer version of this program; start that one to see them.</source>
        <translation>%1 中的对话由本程序的更新版本写入；请启动该版本查看。</translation>
    </message>
    <message>
        <source>The conversations could not be read or written: %1; check the space and rights of %2.</source>
        <translation>无法读取或写入对话：%1；请检查 %2 的空间和权限。</translation>
    </message>
    <message>
        <source>The conversations in %1 are not ready to be read.</source>
        <translation>%1 中的对话尚无法读取。</translation>
    </message>
</context>
<context>
    <name>univi::ui::HubRows</name>
    <message>
        <source>Stay offline</source>
        <translation>保持离线</translation>
    </message>
    <message>
        <source>Down&amp;loads</source>
        <translation>下载(&amp;L)</translation>
    </message>
    <message>
        <source>Then no model can be fetched. Without it, too, nothing is fetched that you did not ask for.</source>
        <translation>开启后无法下载任何模型。即使不开启，也不会下载您未要求的内容。</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>访问令牌</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>保存(&amp;V)</translation>
    </message>
    <message>
        <source>Access to&amp;ken</source>
        <translation>访问令牌(&amp;K)</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>移除(&amp;V)</translation>
    </message>
    <message>
        <source>From HF_TOKEN</source>
        <translation>来自 HF_TOKEN</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Save or remove the access token</source>
        <translation>保存或移除访问令牌</translation>
    </message>
    <message>
        <source>The environment variable HF_TOKEN gives it.</source>
        <translation>由环境变量 HF_TOKEN 提供。</translation>
    </message>
    <message>
        <source>For private and gated models. It is kept in %1, where other programs of the hub find it and other people cannot read it.</source>
        <translation>用于私有和受限的模型。它保存在 %1，Hub 的其他程序可以找到它，其他人无法读取。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ItemView</name>
    <message>
        <source>Show its token groups</source>
        <translation>显示其词元组</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预期</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有回答</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>给出</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Its picture shows with its groups.</source>
        <translation>其图片会连同词元组一起显示。</translation>
    </message>
    <message>
        <source>Hide its token groups</source>
        <translation>隐藏它的词元组</translation>
    </message>
</context>
<context>
    <name>univi::ui::ItemsModel</name>
    <message>
        <source>No.</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预期</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>给出</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
</context>
<context>
    <name>univi::ui::ItemsPanel</name>
    <message>
        <source>Questions</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Compare with another checkpoint</source>
        <translation>与另一个检查点对比</translation>
    </message>
    <message>
        <source>Search…</source>
        <translation>搜索…</translation>
    </message>
    <message>
        <source>Compare with…</source>
        <translation>对比…</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 has no such questions.</source>
        <translation>%1 没有这类问题。</translation>
    </message>
    <message>
        <source>%1, %2: %3 of %4 answered</source>
        <translation>%1，%2：%4 个中回答了 %3 个</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未评</translation>
    </message>
    <message>
        <source>Different</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>%1  %2</source>
        <translation>%1  %2</translation>
    </message>
    <message>
        <source>Without an answer or a readable verdict</source>
        <translation>没有回答或没有可读的判定</translation>
    </message>
    <message>
        <source>No question is left by the filter.</source>
        <translation>筛选后没有剩下问题。</translation>
    </message>
    <message>
        <source>Choose a question.</source>
        <translation>请选择一个问题。</translation>
    </message>
    <message>
        <source>Reading it with the evaluated model…</source>
        <translation>正在用所评测的模型读取…</translation>
    </message>
</context>
<context>
    <name>univi::ui::KeepAwake</name>
    <message>
        <source>This desktop has no service that keeps the computer awake: switch off its sleep in the system&apos;s settings.</source>
        <translation>此桌面没有阻止计算机睡眠的服务：请在系统设置中关闭睡眠。</translation>
    </message>
</context>
<context>
    <name>univi::ui::KeptMedia</name>
    <message>
        <source>For later starts</source>
        <translation>供以后使用</translation>
    </message>
    <message>
        <source>Keep media for later starts</source>
        <translation>为以后的启动保留媒体</translation>
    </message>
    <message>
        <source>Keep me&amp;dia</source>
        <translation>保留媒体(&amp;D)</translation>
    </message>
    <message>
        <source>A picture or video that was asked about is answered sooner the next time, because the model need not read it again.</source>
        <translation>问过的图片或视频下次回答得更快，因为模型无需再次读取。</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>&amp;At most</source>
        <translation>最多(&amp;A)</translation>
    </message>
    <message>
        <source>What was not used for longest is removed first.</source>
        <translation>最久未用的最先移除。</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message>
        <source>Cl&amp;ear</source>
        <translation>清除(&amp;E)</translation>
    </message>
    <message>
        <source>Remove what is kept of pictures and videos</source>
        <translation>移除为图片和视频保留的内容</translation>
    </message>
    <message>
        <source>On disk now</source>
        <translation>当前占用磁盘</translation>
    </message>
    <message>
        <source>%1 were removed.</source>
        <translation>已移除 %1。</translation>
    </message>
    <message>
        <source>%1 were removed; %2 could not be, check the rights of %3.</source>
        <translation>已移除 %1；%2 无法移除，请检查 %3 的权限。</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Visual tokens, frames, small pictures and how prompts begin. Your files and conversations stay when it is cleared.</source>
        <translation>视觉词元、帧、缩略图和提示词的开头部分。清除后，您的文件和对话不受影响。</translation>
    </message>
</context>
<context>
    <name>univi::ui::KeysCard</name>
    <message>
        <source>Click a key and press another; the cross takes it away.</source>
        <translation>点击一个快捷键，再按下新的；叉号将其去掉。</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部重置</translation>
    </message>
    <message>
        <source>Give every command its own key again</source>
        <translation>让每个命令恢复自己的快捷键</translation>
    </message>
    <message>
        <source>Key of: %1</source>
        <translation>快捷键：%1</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Own key again: %1</source>
        <translation>恢复原来的快捷键：%1</translation>
    </message>
    <message>
        <source>No key for: %1</source>
        <translation>不设快捷键：%1</translation>
    </message>
    <message>
        <source>%1 belongs to “%2”: give that another key first.</source>
        <translation>%1 属于“%2”：请先给它换一个快捷键。</translation>
    </message>
</context>
<context>
    <name>univi::ui::LanguageRow</name>
    <message>
        <source>Follow the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <source>Holds from the next start on.</source>
        <translation>从下次启动起生效。</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>立即重启</translation>
    </message>
    <message>
        <source>The conversation that is open and what is typed stay.</source>
        <translation>已打开的对话和输入的内容都会保留。</translation>
    </message>
</context>
<context>
    <name>univi::ui::LengthHistogram</name>
    <message>
        <source>Histogram of sample lengths</source>
        <translation>样本长度直方图</translation>
    </message>
    <message>
        <source>tokens of a sample</source>
        <translation>样本的词元数</translation>
    </message>
    <message>
        <source>items</source>
        <translation>样本数</translation>
    </message>
</context>
<context>
    <name>univi::ui::LiveActions</name>
    <message>
        <source>%1 were recorded into %2.</source>
        <translation>已录制 %1，存入 %2。</translation>
    </message>
    <message>
        <source>Add it</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Something is live already; close it first.</source>
        <translation>已有一个画面处于实时状态；请先关闭它。</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>重新打开</translation>
    </message>
</context>
<context>
    <name>univi::ui::LiveBar</name>
    <message>
        <source>What the camera sees now</source>
        <translation>摄像头当前的画面</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Close the camera</source>
        <translation>关闭摄像头</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>正在打开 %1…</translation>
    </message>
    <message>
        <source>End the recording</source>
        <translation>结束录制</translation>
    </message>
    <message>
        <source>Recording, %1</source>
        <translation>正在录制，%1</translation>
    </message>
    <message numerus="yes">
        <source>%1, the last %Ln frame(s), one every %2 s</source>
        <translation>
            <numerusform>%1，最近 %Ln 帧，每 %2 秒一帧</numerusform>
        </translation>
    </message>
    <message>
        <source>Live: %1</source>
        <translation>实时：%1</translation>
    </message>
    <message>
        <source>Recording, %1. Live: %2</source>
        <translation>正在录制，%1。实时：%2</translation>
    </message>
    <message>
        <source>Close the stream</source>
        <translation>关闭视频流</translation>
    </message>
</context>
<context>
    <name>univi::ui::LiveFields</name>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>&amp;One every</source>
        <translation>每帧间隔(&amp;O)</translation>
    </message>
    <message>
        <source> frames</source>
        <translation> 帧</translation>
    </message>
    <message>
        <source>A question is about as many frames as are kept</source>
        <translation>提问针对所保留的这些帧</translation>
    </message>
    <message>
        <source>&amp;Keeps the last</source>
        <translation>保留最近(&amp;K)</translation>
    </message>
</context>
<context>
    <name>univi::ui::LiveSource</name>
    <message>
        <source>live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>recorded</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>The data folder takes no recording.</source>
        <translation>数据文件夹无法保存录制内容。</translation>
    </message>
    <message>
        <source>%1 could not be started; install the program whole.</source>
        <translation>无法启动 %1；请完整安装本程序。</translation>
    </message>
    <message>
        <source>The camera was lost; connect it again.</source>
        <translation>摄像头已断开；请重新连接。</translation>
    </message>
    <message>
        <source>The camera gives no more pictures.</source>
        <translation>摄像头不再提供画面。</translation>
    </message>
    <message>
        <source>The data folder takes no pictures of what is live.</source>
        <translation>数据文件夹无法写入实时画面。</translation>
    </message>
    <message>
        <source>The stream was lost; open it again.</source>
        <translation>视频流已中断；请重新打开。</translation>
    </message>
    <message>
        <source>The stream is over.</source>
        <translation>视频流已结束。</translation>
    </message>
    <message>
        <source>The screen is not shared any more.</source>
        <translation>屏幕已不再共享。</translation>
    </message>
</context>
<context>
    <name>univi::ui::LoadForm</name>
    <message>
        <source>&amp;Load again</source>
        <translation>重新加载(&amp;L)</translation>
    </message>
    <message>
        <source>How it is loaded</source>
        <translation>加载方式</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>设备(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Type</source>
        <translation>数据类型(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Keys and values</source>
        <translation>键与值(&amp;K)</translation>
    </message>
    <message>
        <source>What the model keeps of the words and pictures it has read; int8 takes half the memory or less</source>
        <translation>模型为已读文字和图片保留的内容；int8 占用的内存为一半或更少</translation>
    </message>
    <message>
        <source>Named by the model</source>
        <translation>由模型指定</translation>
    </message>
    <message>
        <source>&amp;Vision tower</source>
        <translation>视觉塔(&amp;V)</translation>
    </message>
    <message>
        <source>%1 of weights, kept in the type of the file, and up to %2 for a conversation</source>
        <translation>权重 %1（保持文件中的类型），对话最多另需 %2</translation>
    </message>
    <message>
        <source>%1 of weights, and up to %2 for a conversation</source>
        <translation>权重 %1，对话最多 %2</translation>
    </message>
    <message>
        <source>%1: more than this machine has</source>
        <translation>%1：超过本机所有</translation>
    </message>
    <message>
        <source>Applies when the model is loaded again: %1</source>
        <translation>重新加载模型后生效：%1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
</context>
<context>
    <name>univi::ui::LogView</name>
    <message>
        <source>Nothing is logged yet.</source>
        <translation>还没有日志。</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>All ranks</source>
        <translation>全部进程</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>进程</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部内容</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>警告和错误</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Search the log…</source>
        <translation>搜索日志…</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>搜索日志</translation>
    </message>
    <message>
        <source>Rank %1</source>
        <translation>进程 %1</translation>
    </message>
    <message>
        <source>First error: %1</source>
        <translation>第一个错误：%1</translation>
    </message>
</context>
<context>
    <name>univi::ui::LongWork</name>
    <message>
        <source>%1 is downloaded</source>
        <translation>%1 已下载</translation>
    </message>
    <message>
        <source>It can be loaded on the Models page.</source>
        <translation>可以在“模型”页面加载它。</translation>
    </message>
    <message>
        <source>%1 could not be downloaded</source>
        <translation>%1 未能下载</translation>
    </message>
    <message>
        <source>The reply is done</source>
        <translation>回复已完成</translation>
    </message>
    <message>
        <source>The reply failed</source>
        <translation>回复失败</translation>
    </message>
    <message>
        <source>A picture or video could not be read</source>
        <translation>有图片或视频无法读取</translation>
    </message>
</context>
<context>
    <name>univi::ui::LowerPart</name>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>Density and distance of this stage&apos;s tokens</source>
        <translation>此阶段词元的密度与距离</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Density and distance of the frames: the centres start the events</source>
        <translation>各帧的密度与距离：中心即事件段的起点</translation>
    </message>
    <message>
        <source>What if</source>
        <translation>假如</translation>
    </message>
    <message>
        <source>Ask again without a group, merged otherwise, or what the answer misses</source>
        <translation>去掉一个组、改变合并方式再问一次，或查看缺少什么会影响回答</translation>
    </message>
    <message>
        <source>Show this part</source>
        <translation>展开这一部分</translation>
    </message>
    <message>
        <source>Fold this part away</source>
        <translation>收起这一部分</translation>
    </message>
</context>
<context>
    <name>univi::ui::MainWindow</name>
    <message>
        <source>UniVi Studio</source>
        <translation>UniVi Studio</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Eval</source>
        <translation>评测</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>添加图片或视频</translation>
    </message>
    <message>
        <source>Open the address of a camera or video</source>
        <translation>打开摄像头或视频的地址</translation>
    </message>
    <message>
        <source>Write a question</source>
        <translation>撰写问题</translation>
    </message>
    <message>
        <source>Stop the reply</source>
        <translation>停止回复</translation>
    </message>
    <message>
        <source>Another reply to the last question</source>
        <translation>对最后的问题再次回复</translation>
    </message>
    <message>
        <source>Copy the last reply</source>
        <translation>复制最后的回复</translation>
    </message>
    <message>
        <source>Search conversations, or runs on the Train page</source>
        <translation>搜索对话；在训练页搜索训练</translation>
    </message>
    <message>
        <source>Go to a chat, a command, a model or what was said</source>
        <translation>转到对话、命令、模型或说过的内容</translation>
    </message>
    <message>
        <source>Export the conversation</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Import a conversation</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>New evaluation</source>
        <translation>新建评测</translation>
    </message>
    <message>
        <source>New training run</source>
        <translation>新建训练</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>List of keys</source>
        <translation>快捷键列表</translation>
    </message>
</context>
<context>
    <name>univi::ui::MediaActions</name>
    <message>
        <source>Add pictures or videos</source>
        <translation>添加图片或视频</translation>
    </message>
    <message>
        <source>Stop the reply first; then %1 can be removed.</source>
        <translation>请先停止回复；然后才能移除 %1。</translation>
    </message>
    <message>
        <source>%1 was taken out of the conversation; later questions go without it.</source>
        <translation>%1 已从对话中移除；之后的问题不再包含它。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Where is %1 now?</source>
        <translation>%1 现在在哪里？</translation>
    </message>
    <message>
        <source>%1 was a picture and %2 is none; choose a picture.</source>
        <translation>%1 原本是图片，而 %2 不是；请选择图片。</translation>
    </message>
    <message>
        <source>%1 was a video and %2 is none; choose a video.</source>
        <translation>%1 原本是视频，而 %2 不是；请选择视频。</translation>
    </message>
</context>
<context>
    <name>univi::ui::MediaCard</name>
    <message>
        <source>%1 is not there any more; click to say where it is now</source>
        <translation>%1 已不在原处；单击指出它现在的位置</translation>
    </message>
    <message>
        <source>Locate %1</source>
        <translation>定位 %1</translation>
    </message>
    <message>
        <source>Show the groups of %1</source>
        <translation>显示 %1 的组</translation>
    </message>
    <message>
        <source>Remove from the conversation (Del)</source>
        <translation>从对话中移除（Del）</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>定位…</translation>
    </message>
    <message>
        <source>Show its groups</source>
        <translation>显示其词元组</translation>
    </message>
    <message>
        <source>Copy its path</source>
        <translation>复制其路径</translation>
    </message>
    <message>
        <source>Remove from the conversation</source>
        <translation>从对话中移除</translation>
    </message>
    <message>
        <source>Moved? Locate…</source>
        <translation>已移动？定位…</translation>
    </message>
    <message>
        <source>Ask about a part of it…</source>
        <translation>就其中一段提问…</translation>
    </message>
</context>
<context>
    <name>univi::ui::MediaChip</name>
    <message>
        <source>%1, number %2</source>
        <translation>%1，编号 %2</translation>
    </message>
    <message>
        <source>Ctrl+Left and Ctrl+Right give it another place</source>
        <translation>Ctrl+Left 和 Ctrl+Right 可调整位置</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>Ctrl+Left and Ctrl+Right give it another place, F2 chooses a part of it</source>
        <translation>按 Ctrl+← 和 Ctrl+→ 调整位置，按 F2 选取其中一段</translation>
    </message>
    <message>
        <source>Choose a part (F2)</source>
        <translation>选取一段 (F2)</translation>
    </message>
    <message>
        <source>Choose a part of %1</source>
        <translation>选取 %1 的一段</translation>
    </message>
</context>
<context>
    <name>univi::ui::MemoryBar</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>There is: %1</source>
        <translation>现有：%1</translation>
    </message>
</context>
<context>
    <name>univi::ui::MemoryPlanner</name>
    <message>
        <source>The base model is not here yet: reckoned with the published shape of %1.</source>
        <translation>此处还没有基座模型：按发布的 %1 的规模估算。</translation>
    </message>
    <message>
        <source>Choose a base model to see what memory its training takes.</source>
        <translation>选择基座模型即可查看训练所需的内存。</translation>
    </message>
    <message>
        <source>univi-train gave no memory plan: look at its log.</source>
        <translation>univi-train 没有给出内存计划：请查看其日志。</translation>
    </message>
</context>
<context>
    <name>univi::ui::MergingFields</name>
    <message>
        <source>own</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>%1; own: as the model has it</source>
        <translation>%1；自带：按模型的设置</translation>
    </message>
    <message>
        <source>Groups of stage %1</source>
        <translation>第 %1 阶段的组数</translation>
    </message>
    <message>
        <source>Neighbours (k) of the density</source>
        <translation>密度的近邻数 (k)</translation>
    </message>
    <message>
        <source>Events, as a share of the frames</source>
        <translation>事件段，占帧数的比例</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件段</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>词元组</translation>
    </message>
    <message>
        <source>Neighbours</source>
        <translation>近邻数</translation>
    </message>
    <message>
        <source>%1/%2/%3 groups</source>
        <translation>%1/%2/%3 个词元组</translation>
    </message>
    <message numerus="yes">
        <source>%Ln neighbour(s)</source>
        <translation>
            <numerusform>%Ln 个近邻</numerusform>
        </translation>
    </message>
    <message>
        <source>events %1</source>
        <translation>事件段 %1</translation>
    </message>
</context>
<context>
    <name>univi::ui::ModelButton</name>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>%1  ·  %2 of weights</source>
        <translation>%1  ·  权重 %2</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Model: %1. Choose another</source>
        <translation>模型：%1。选择其他模型</translation>
    </message>
    <message>
        <source>the demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>Looking at %1…</source>
        <translation>正在查看 %1…</translation>
    </message>
    <message>
        <source>Open a model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
    <message>
        <source>Unloaded; the next question loads it</source>
        <translation>已卸载；下一个问题会重新加载</translation>
    </message>
    <message>
        <source>Unloaded</source>
        <translation>已卸载</translation>
    </message>
    <message>
        <source>Unload the model</source>
        <translation>卸载模型</translation>
    </message>
    <message>
        <source>Its memory is free for other programs then; the next question loads it again.</source>
        <translation>这时它的内存可供其他程序使用；下一个问题会重新加载它。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ModelChooser</name>
    <message>
        <source>%1 billion</source>
        <translation>%1B</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1M</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>The model is at work; it can be unloaded as soon as that is done.</source>
        <translation>模型正在工作；完成后即可卸载。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ModelLists</name>
    <message>
        <source>In the Hugging Face cache</source>
        <translation>在 Hugging Face 缓存中</translation>
    </message>
    <message>
        <source>&amp;Watch a folder…</source>
        <translation>监视文件夹(&amp;W)…</translation>
    </message>
    <message>
        <source>Lists the models in a folder, also those that come later</source>
        <translation>列出文件夹中的模型，包括以后出现的</translation>
    </message>
    <message>
        <source>Folder with models</source>
        <translation>放有模型的文件夹</translation>
    </message>
    <message>
        <source>Open another</source>
        <translation>打开其他模型</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>%1 的更多操作</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Open its folder</source>
        <translation>打开所在文件夹</translation>
    </message>
    <message>
        <source>Write in int8…</source>
        <translation>写成 int8…</translation>
    </message>
    <message>
        <source>Write in int4…</source>
        <translation>写成 int4…</translation>
    </message>
    <message>
        <source>Write as one folder…</source>
        <translation>写成一个文件夹…</translation>
    </message>
    <message>
        <source>Folder that the new model&apos;s folder is made in</source>
        <translation>新模型的文件夹建在哪个文件夹里</translation>
    </message>
    <message>
        <source>Open a model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>Comes with the program</source>
        <translation>随程序提供</translation>
    </message>
    <message>
        <source>No model lies in it.</source>
        <translation>其中没有模型。</translation>
    </message>
    <message>
        <source>%1 (not there now)</source>
        <translation>%1（现在不存在）</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>不再列出</translation>
    </message>
    <message>
        <source>List the models of %1 no more</source>
        <translation>不再列出 %1 的模型</translation>
    </message>
    <message>
        <source>List its models no more; the files stay</source>
        <translation>不再列出其中的模型；文件保留</translation>
    </message>
</context>
<context>
    <name>univi::ui::ModelServer</name>
    <message>
        <source>The program %1 could not be started (%2); install UniVi Studio again.</source>
        <translation>无法启动程序 %1（%2）；请重新安装 UniVi Studio。</translation>
    </message>
    <message>
        <source>The server ended unexpectedly: it may need more memory than there is.</source>
        <translation>服务器意外结束：它需要的内存可能超过现有内存。</translation>
    </message>
    <message>
        <source>The server ended without a reason.</source>
        <translation>服务器没有说明原因就结束了。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ModelTask</name>
    <message>
        <source>Whole, and fits together  ·  files: %1  ·  %2</source>
        <translation>完整且相互匹配  ·  文件：%1  ·  %2</translation>
    </message>
    <message>
        <source>Could be read whole, and fits together  ·  files: %1, without a known checksum: %2  ·  %3</source>
        <translation>可以完整读取且相互匹配  ·  文件：%1，其中没有已知校验和的：%2  ·  %3</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>已写到 %1</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>It ended unexpectedly: it may need more memory than there is.</source>
        <translation>它意外结束：需要的内存可能超过现有内存。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Device and type</source>
        <translation>设备和数据类型</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Main memory</source>
        <translation>主内存</translation>
    </message>
    <message>
        <source>What the model process uses now: weights, what it computes with, and the pictures and words it keeps</source>
        <translation>模型进程当前占用：权重、计算所需，以及所保留的图片和词</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>%1 in use</source>
        <translation>已用 %1</translation>
    </message>
    <message>
        <source>What lies where</source>
        <translation>各部分所在设备</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>&amp;Unload</source>
        <translation>卸载(&amp;U)</translation>
    </message>
    <message>
        <source>Its memory is free for other programs then; the next question loads it again.</source>
        <translation>这时它的内存可供其他程序使用；下一个问题会重新加载它。</translation>
    </message>
    <message>
        <source>None: unloaded, the next question loads it</source>
        <translation>无：已卸载，下一个问题会重新加载</translation>
    </message>
</context>
<context>
    <name>univi::ui::NoticeBar</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss this notice</source>
        <translation>关闭此通知</translation>
    </message>
</context>
<context>
    <name>univi::ui::NvmlLibrary</name>
    <message>
        <source>No NVIDIA driver was found, so training runs on the processor.</source>
        <translation>没有找到 NVIDIA 驱动程序，因此在处理器上训练。</translation>
    </message>
    <message>
        <source>The NVIDIA driver&apos;s library lacks calls that are needed: update the driver.</source>
        <translation>NVIDIA 驱动程序的库缺少所需的调用：请更新驱动程序。</translation>
    </message>
    <message>
        <source>This machine has an NVIDIA driver but no GPU, so training runs on the processor.</source>
        <translation>本机有 NVIDIA 驱动程序但没有 GPU，因此在处理器上训练。</translation>
    </message>
    <message>
        <source>GPU %1 does not answer (%2): leave it out, or restart the machine.</source>
        <translation>GPU %1 没有响应（%2）：请不使用它，或重新启动计算机。</translation>
    </message>
</context>
<context>
    <name>univi::ui::OptionField</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>%1: back to the default</source>
        <translation>%1：恢复默认值</translation>
    </message>
    <message>
        <source>differs from the default</source>
        <translation>与默认值不同</translation>
    </message>
    <message>
        <source>%1. Default on.</source>
        <translation>%1。默认开启。</translation>
    </message>
    <message>
        <source>%1. Default off.</source>
        <translation>%1。默认关闭。</translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1。</translation>
    </message>
    <message>
        <source>%1. Default %2.</source>
        <translation>%1。默认值 %2。</translation>
    </message>
</context>
<context>
    <name>univi::ui::OptionFormView</name>
    <message>
        <source>No setting has these words.</source>
        <translation>没有包含这些词的设置。</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Groups of settings</source>
        <translation>设置分组</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Show %1 more</source>
        <translation>再显示 %1 项</translation>
    </message>
    <message numerus="yes">
        <source>%Ln setting(s) are wrong</source>
        <translation>
            <numerusform>有 %Ln 项设置有误</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln setting(s) differ from the default</source>
        <translation>
            <numerusform>有 %Ln 项与默认值不同</numerusform>
        </translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
</context>
<context>
    <name>univi::ui::PasteDialog</name>
    <message>
        <source>Paste a command</source>
        <translation>粘贴命令</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>&amp;Take these settings</source>
        <translation>采用这些设置(&amp;T)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A line or a script with deepspeed, torchrun or univi-train. Nothing of it is run.</source>
        <translation>包含 deepspeed、torchrun 或 univi-train 的一行或脚本。其中的内容不会运行。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln setting(s) read.</source>
        <translation>
            <numerusform>已读取 %Ln 项设置。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln setting(s) of a %1 command read.</source>
        <translation>
            <numerusform>已读取 %1 命令的 %Ln 项设置。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::PathEditor</name>
    <message>
        <source>Choose: %1</source>
        <translation>选择：%1</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Folder or Hugging Face name</source>
        <translation>文件夹或 Hugging Face 名称</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
</context>
<context>
    <name>univi::ui::PicturePair</name>
    <message>
        <source>%1 · frame %2</source>
        <translation>%1 · 第 %2 帧</translation>
    </message>
</context>
<context>
    <name>univi::ui::PictureView</name>
    <message>
        <source>Picture with its token groups</source>
        <translation>带词元组的图片</translation>
    </message>
</context>
<context>
    <name>univi::ui::PlanView</name>
    <message>
        <source>Reckoning the memory…</source>
        <translation>正在估算内存…</translation>
    </message>
    <message>
        <source>on each of %1 GPUs</source>
        <translation>每个 GPU（共 %1 个）</translation>
    </message>
    <message>
        <source>on one GPU</source>
        <translation>一个 GPU 上</translation>
    </message>
    <message>
        <source>for each of %1 processes</source>
        <translation>每个进程（共 %1 个）</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>处理器上</translation>
    </message>
    <message>
        <source>Needs %1 %2; %3 are there.</source>
        <translation>%2需要 %1；现有 %3。</translation>
    </message>
    <message>
        <source>Does not fit: needs %1 %2, %3 are there.</source>
        <translation>放不下：%2需要 %1，现有 %3。</translation>
    </message>
    <message>
        <source>Host memory beside each GPU: %1.</source>
        <translation>每个 GPU 之外的主机内存：%1。</translation>
    </message>
    <message>
        <source>Spread over devices</source>
        <translation>分摊到各设备</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>需要</translation>
    </message>
    <message>
        <source>Largest batch</source>
        <translation>最大批次</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message numerus="yes">
        <source>Batches of %Ln sample(s), %1 positions each.</source>
        <translation>
            <numerusform>每批 %Ln 个样本，各 %1 个位置。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1  (chosen)</source>
        <translation>%1（已选）</translation>
    </message>
</context>
<context>
    <name>univi::ui::PresetActions</name>
    <message>
        <source>Folder of a run</source>
        <translation>训练的文件夹</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>保存为预设</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>The preset %1 is saved.</source>
        <translation>预设 %1 已保存。</translation>
    </message>
    <message>
        <source>These settings</source>
        <translation>当前设置</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>默认值</translation>
    </message>
    <message>
        <source>Import a preset</source>
        <translation>导入预设</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Export these settings</source>
        <translation>导出这些设置</translation>
    </message>
    <message>
        <source>The settings are in %1.</source>
        <translation>设置已写入 %1。</translation>
    </message>
    <message>
        <source>The preset %1 is removed.</source>
        <translation>预设 %1 已移除。</translation>
    </message>
</context>
<context>
    <name>univi::ui::PresetMenu</name>
    <message>
        <source>From an earlier &amp;run…</source>
        <translation>来自以前的训练(&amp;R)…</translation>
    </message>
    <message>
        <source>From a pasted c&amp;ommand…</source>
        <translation>来自粘贴的命令(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Save as a preset…</source>
        <translation>保存为预设(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Compare…</source>
        <translation>对比(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Import a preset…</source>
        <translation>导入预设(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Export these settings…</source>
        <translation>导出这些设置(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Remove a preset</source>
        <translation>移除预设(&amp;R)</translation>
    </message>
</context>
<context>
    <name>univi::ui::PresetStore</name>
    <message>
        <source>%1 cannot be removed: look at its permissions.</source>
        <translation>无法移除 %1：请检查其权限。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ProbeEditor</name>
    <message>
        <source>Probe questions</source>
        <translation>探针问题</translation>
    </message>
    <message>
        <source>Picture or clip</source>
        <translation>图片或视频</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Ask every N-th checkpoint</source>
        <translation>每隔 N 个检查点提问</translation>
    </message>
    <message>
        <source>On</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Each checkpoint is loaded beside the training, asked, and let go again. On a GPU that trains, ask on the CPU.</source>
        <translation>加载每个检查点、提问并释放，与训练同时进行。用 GPU 训练时，请在 CPU 上提问。</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>A picture or clip to ask about</source>
        <translation>要提问的图片或视频</translation>
    </message>
    <message>
        <source>What is in this picture?</source>
        <translation>What is in this picture?</translation>
    </message>
</context>
<context>
    <name>univi::ui::ProbeKeeper</name>
    <message>
        <source>Checkpoint %1 could not be asked: %2</source>
        <translation>无法询问检查点 %1：%2</translation>
    </message>
</context>
<context>
    <name>univi::ui::ProbePanel</name>
    <message>
        <source>Edit questions…</source>
        <translation>编辑问题…</translation>
    </message>
    <message>
        <source>Asking checkpoint %1…</source>
        <translation>正在询问检查点 %1…</translation>
    </message>
    <message>
        <source>Every checkpoint is asked, on %1.</source>
        <translation>在 %1 上询问每个检查点。</translation>
    </message>
    <message>
        <source>One checkpoint in %1 is asked, on %2.</source>
        <translation>每 %1 个检查点询问一个，在 %2 上。</translation>
    </message>
    <message>
        <source>Only the curves of this run are known: there are no checkpoints to ask.</source>
        <translation>只有此训练的曲线：没有检查点可以询问。</translation>
    </message>
    <message>
        <source>Ask each checkpoint the same questions about the same pictures, and see how the answers grow.</source>
        <translation>就相同的图片向每个检查点问相同的问题，看回答如何进步。</translation>
    </message>
    <message>
        <source>No checkpoint has been asked yet.</source>
        <translation>还没有询问过检查点。</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>(an empty reply)</source>
        <translation>（空回复）</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>词元组</translation>
    </message>
    <message>
        <source>Groups of step %1</source>
        <translation>第 %1 步的词元组</translation>
    </message>
    <message>
        <source>Groups at step %1</source>
        <translation>第 %1 步的词元组</translation>
    </message>
</context>
<context>
    <name>univi::ui::ProbeStore</name>
    <message>
        <source>%1: the answer in line %2 cannot be read; the others are shown.</source>
        <translation>%1：无法读取第 %2 行的回答；其余照常显示。</translation>
    </message>
    <message numerus="yes">
        <source>%1: %Ln answer(s) cannot be read, the first in line %2; the others are shown.</source>
        <translation>
            <numerusform>%1：%Ln 个回答无法读取，第一个在第 %2 行；其余照常显示。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::PromptDialog</name>
    <message>
        <source>Own prompts</source>
        <translation>自己的提示词</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>New prompt</source>
        <translation>新提示词</translation>
    </message>
    <message>
        <source>None yet. Add writes one; it is offered by / in an empty question.</source>
        <translation>还没有。点“添加”写一条；在空的问题框中按 / 即可选用。</translation>
    </message>
</context>
<context>
    <name>univi::ui::PromptLibrary</name>
    <message>
        <source>Describe the image concisely.</source>
        <translation>Describe the image concisely.</translation>
    </message>
    <message>
        <source>Provide a brief description of the given image.</source>
        <translation>Provide a brief description of the given image.</translation>
    </message>
    <message>
        <source>What do you see happening in this image?</source>
        <translation>What do you see happening in this image?</translation>
    </message>
    <message>
        <source>Write a detailed description of the given image.</source>
        <translation>Write a detailed description of the given image.</translation>
    </message>
    <message>
        <source>Can you describe the video in detail?</source>
        <translation>Can you describe the video in detail?</translation>
    </message>
    <message>
        <source>What happens in the video, in order?</source>
        <translation>What happens in the video, in order?</translation>
    </message>
</context>
<context>
    <name>univi::ui::PromptPicker</name>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Keep what is typed</source>
        <translation>保存已输入的内容</translation>
    </message>
    <message>
        <source>Own prompts…</source>
        <translation>自己的提示词…</translation>
    </message>
</context>
<context>
    <name>univi::ui::PromptPreviewDialog</name>
    <message>
        <source> %1: not read yet </source>
        <translation> %1：尚未读取 </translation>
    </message>
    <message numerus="yes">
        <source> %1: %Ln visual token(s) </source>
        <translation>
            <numerusform> %1：%Ln 个视觉词元 </numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context is full: the oldest %Ln turn(s) left out with their pictures and videos.</source>
        <translation>
            <numerusform>上下文已满：最早的 %Ln 轮连同其图片和视频已略去。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context is full: the oldest %Ln turn(s) left out.</source>
        <translation>
            <numerusform>上下文已满：最早的 %Ln 轮已略去。</numerusform>
        </translation>
    </message>
    <message>
        <source>Asking the model…</source>
        <translation>正在询问模型…</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>The prompt, token by token</source>
        <translation>逐个词元的提示词</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>What the model reads</source>
        <translation>模型读到的内容</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Control</source>
        <translation>控制</translation>
    </message>
    <message>
        <source>Visual</source>
        <translation>视觉</translation>
    </message>
    <message>
        <source>%1 text  ·  %2 visual  ·  %3 of %4 tokens free</source>
        <translation>文本 %1  ·  视觉 %2  ·  空闲词元 %3 / %4</translation>
    </message>
    <message>
        <source>Token %1</source>
        <translation>词元 %1</translation>
    </message>
</context>
<context>
    <name>univi::ui::QuestionEditor</name>
    <message>
        <source>Ask again</source>
        <translation>重新提问</translation>
    </message>
    <message>
        <source>Edited question</source>
        <translation>已编辑的问题</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A reply is being made; stop it or wait for it</source>
        <translation>正在生成回复；请停止或等待</translation>
    </message>
</context>
<context>
    <name>univi::ui::QueuedRow</name>
    <message>
        <source>Ask now</source>
        <translation>立即提问</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Puts the question into the field below again</source>
        <translation>将问题放回下方的输入框</translation>
    </message>
    <message>
        <source>Waiting: the reply before was not finished</source>
        <translation>等待中：之前的回复未完成</translation>
    </message>
    <message>
        <source>Waiting for the reply before</source>
        <translation>正在等待之前的回复</translation>
    </message>
</context>
<context>
    <name>univi::ui::RangeStrip</name>
    <message>
        <source>Begin of the part</source>
        <translation>片段的开始</translation>
    </message>
    <message>
        <source>End of the part</source>
        <translation>片段的结束</translation>
    </message>
    <message>
        <source>The video&apos;s frames and the part of it</source>
        <translation>视频的各帧与所选片段</translation>
    </message>
    <message>
        <source>Reading the video…</source>
        <translation>正在读取视频…</translation>
    </message>
</context>
<context>
    <name>univi::ui::ReadingLine</name>
    <message>
        <source>Reading %1: %2 of %3 frames</source>
        <translation>正在读取 %1：第 %2 帧，共 %3 帧</translation>
    </message>
</context>
<context>
    <name>univi::ui::ResumeDialog</name>
    <message>
        <source>Wait until its devices are free</source>
        <translation>等到其设备空闲</translation>
    </message>
    <message>
        <source>Resume %1</source>
        <translation>续训 %1</translation>
    </message>
    <message>
        <source>Second stage after %1</source>
        <translation>%1 之后的第二阶段</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>续训</translation>
    </message>
    <message>
        <source>Queue second stage</source>
        <translation>将第二阶段加入队列</translation>
    </message>
    <message>
        <source>Checkpoint to go on from</source>
        <translation>要由此继续的检查点</translation>
    </message>
    <message>
        <source>Flags of univi-train</source>
        <translation>univi-train 的参数</translation>
    </message>
    <message>
        <source>Go on from</source>
        <translation>由此继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>What differs from the run so far</source>
        <translation>与此前训练的不同之处</translation>
    </message>
    <message>
        <source>What differs from the first stage</source>
        <translation>与第一阶段的不同之处</translation>
    </message>
    <message>
        <source>The newest checkpoint, step %1</source>
        <translation>最新的检查点，第 %1 步</translation>
    </message>
    <message>
        <source>Checkpoint of step %1</source>
        <translation>第 %1 步的检查点</translation>
    </message>
    <message>
        <source>The beginning: there is no checkpoint</source>
        <translation>开头：没有检查点</translation>
    </message>
    <message>
        <source>Set aside in branches/%1: %2</source>
        <translation>搁置于 branches/%1：%2</translation>
    </message>
    <message>
        <source>The beginning</source>
        <translation>开头</translation>
    </message>
    <message>
        <source>It starts when %1 is done and takes its projector.</source>
        <translation>它在 %1 完成后开始，并采用其投影层。</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunChart</name>
    <message>
        <source>%1 over the steps</source>
        <translation>%1随步数的变化</translation>
    </message>
    <message>
        <source>step %1: %2</source>
        <translation>第 %1 步：%2</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>第 %1 步</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunFiles</name>
    <message>
        <source>%1 (set aside, steps %2–%3)</source>
        <translation>%1（已搁置，第 %2–%3 步）</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunHeader</name>
    <message>
        <source>Saving after this step</source>
        <translation>在这一步之后保存</translation>
    </message>
    <message>
        <source>Stopping after this step</source>
        <translation>在这一步之后停止</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>位于 %1</translation>
    </message>
    <message>
        <source>%1 ranks on %2</source>
        <translation>%2 上 %1 个进程</translation>
    </message>
    <message>
        <source>started %1</source>
        <translation>开始于 %1</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>停止并保存</translation>
    </message>
    <message>
        <source>Writes a checkpoint and ends; Resume goes on from there</source>
        <translation>写入检查点并结束；“续训”由此继续</translation>
    </message>
    <message>
        <source>Save now</source>
        <translation>立即保存</translation>
    </message>
    <message>
        <source>Writes a checkpoint and goes on</source>
        <translation>写入检查点并继续</translation>
    </message>
    <message>
        <source>Resume…</source>
        <translation>续训…</translation>
    </message>
    <message>
        <source>Out of the queue</source>
        <translation>移出队列</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Then the second stage…</source>
        <translation>接着第二阶段…</translation>
    </message>
    <message>
        <source>Set up from this run…</source>
        <translation>据此训练设置…</translation>
    </message>
    <message>
        <source>Go back to a checkpoint…</source>
        <translation>回到某个检查点…</translation>
    </message>
    <message>
        <source>What was set aside</source>
        <translation>已搁置的内容</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移入回收站</translation>
    </message>
    <message>
        <source>More for this run</source>
        <translation>此训练的更多操作</translation>
    </message>
    <message>
        <source>Steps %1–%2, left at step %3</source>
        <translation>第 %1–%2 步，在第 %3 步离开</translation>
    </message>
    <message>
        <source>Loading the model and the data…</source>
        <translation>正在加载模型和数据…</translation>
    </message>
    <message>
        <source>Starts as soon as it can.</source>
        <translation>一有可能就开始。</translation>
    </message>
    <message>
        <source>d MMM HH:mm</source>
        <translation>M月d日 HH:mm</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>正在写入</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunLibrary</name>
    <message>
        <source>The list of runs is damaged and was kept as %1: open the runs&apos; folders again. %2</source>
        <translation>训练列表已损坏，另存为 %1：请重新打开各训练的文件夹。%2</translation>
    </message>
    <message>
        <source>%1 is running: stop it first.</source>
        <translation>%1 正在运行：请先停止它。</translation>
    </message>
    <message>
        <source>The run before it is not known any more.</source>
        <translation>已不知道它之前的训练。</translation>
    </message>
    <message>
        <source>Waits for %1, which did not come to its end: resume it first.</source>
        <translation>等待 %1，它没有运行到结束：请先续训它。</translation>
    </message>
    <message>
        <source>Waits for %1.</source>
        <translation>等待 %1。</translation>
    </message>
    <message>
        <source>Waits for the devices of %1.</source>
        <translation>等待 %1 的设备。</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunListView</name>
    <message>
        <source>Runs</source>
        <translation>训练列表</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移入回收站</translation>
    </message>
    <message>
        <source>Search…</source>
        <translation>搜索…</translation>
    </message>
    <message>
        <source>Search runs</source>
        <translation>搜索训练</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Which runs</source>
        <translation>哪些训练</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>新建训练</translation>
    </message>
    <message>
        <source>New run (Ctrl+Shift+N)</source>
        <translation>新建训练（Ctrl+Shift+N）</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Compare the chosen runs; with one chosen, all</source>
        <translation>对比所选训练；只选一个时对比全部</translation>
    </message>
    <message>
        <source>Open a run&apos;s folder</source>
        <translation>打开训练的文件夹</translation>
    </message>
    <message>
        <source>Open a run&apos;s folder, or any folder of TensorBoard files</source>
        <translation>打开训练的文件夹，或任何含 TensorBoard 文件的文件夹</translation>
    </message>
    <message>
        <source>Runs are listed here: those started here, and folders you open.</source>
        <translation>训练列在这里：在此启动的，以及您打开的文件夹。</translation>
    </message>
    <message>
        <source>No run fits.</source>
        <translation>没有符合的训练。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未评</translation>
    </message>
    <message>
        <source>Compare these</source>
        <translation>对比这些训练</translation>
    </message>
    <message>
        <source>Out of the list (the folder stays)</source>
        <translation>移出列表（保留文件夹）</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunPage</name>
    <message>
        <source>Settings of the run</source>
        <translation>训练的设置</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置项</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Probe questions</source>
        <translation>探针问题</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>%1 is no longer there.</source>
        <translation>%1 已不在那里。</translation>
    </message>
    <message>
        <source>its base</source>
        <translation>其基座</translation>
    </message>
    <message>
        <source>It has not started yet.</source>
        <translation>尚未开始。</translation>
    </message>
    <message>
        <source>The first step has not come yet: the model and the data are loaded.</source>
        <translation>第一步尚未到来：正在加载模型和数据。</translation>
    </message>
    <message>
        <source>No step is known of this run.</source>
        <translation>此训练没有已知的步。</translation>
    </message>
    <message>
        <source>Show in log</source>
        <translation>在日志中显示</translation>
    </message>
    <message>
        <source>Resume…</source>
        <translation>续训…</translation>
    </message>
    <message>
        <source>Set up from this run</source>
        <translation>据此训练设置</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunPreset</name>
    <message>
        <source>%1 is no preset of training settings: choose a file that was exported here.</source>
        <translation>%1 不是训练设置的预设：请选择从本程序导出的文件。</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunSetupHead</name>
    <message>
        <source>New run</source>
        <translation>新建训练</translation>
    </message>
    <message>
        <source>Name in the list</source>
        <translation>列表中的名称</translation>
    </message>
    <message>
        <source>Name of the run</source>
        <translation>训练名称</translation>
    </message>
    <message>
        <source>&amp;Presets</source>
        <translation>预设(&amp;P)</translation>
    </message>
</context>
<context>
    <name>univi::ui::RunSetupPage</name>
    <message>
        <source>%1 holds no settings of a training run.</source>
        <translation>%1 中没有训练设置。</translation>
    </message>
    <message>
        <source>Pasted command</source>
        <translation>粘贴的命令</translation>
    </message>
    <message>
        <source>Use the default</source>
        <translation>使用默认值</translation>
    </message>
</context>
<context>
    <name>univi::ui::SampleBrowser</name>
    <message>
        <source> [clip] </source>
        <translation> [视频] </translation>
    </message>
    <message>
        <source> [picture] </source>
        <translation> [图片] </translation>
    </message>
    <message>
        <source>‹</source>
        <translation>‹</translation>
    </message>
    <message>
        <source>Sample before</source>
        <translation>上一个样本</translation>
    </message>
    <message>
        <source>›</source>
        <translation>›</translation>
    </message>
    <message>
        <source>Next sample</source>
        <translation>下一个样本</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Any sample</source>
        <translation>随机样本</translation>
    </message>
    <message>
        <source>Tokens of the sample</source>
        <translation>样本的词元</translation>
    </message>
    <message>
        <source>&amp;Item</source>
        <translation>样本(&amp;I)</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>共 %1</translation>
    </message>
    <message>
        <source>%1 is missing</source>
        <translation>缺少 %1</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>missing: %1</source>
        <translation>缺少：%1</translation>
    </message>
    <message>
        <source>Coloured: learned, %1 tokens. Plain: read only. %2 tokens in all, each picture counted as one.</source>
        <translation>着色：学习，%1 个词元。普通：只读取。共 %2 个词元，每张图片计为一个。</translation>
    </message>
    <message>
        <source>The clip counts as 8 frames here; training samples it by the second.</source>
        <translation>视频在此按 8 帧计；训练按秒采样。</translation>
    </message>
</context>
<context>
    <name>univi::ui::SampleSource</name>
    <message>
        <source>The data set is empty.</source>
        <translation>数据集为空。</translation>
    </message>
    <message>
        <source>Choose a base model first: its tokenizer cuts the samples into tokens.</source>
        <translation>请先选择基座模型：由它的分词器将样本切分为词元。</translation>
    </message>
    <message>
        <source>Choose a data set first.</source>
        <translation>请先选择数据集。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ScoreChart</name>
    <message>
        <source>The table as bars</source>
        <translation>以柱状图显示表格</translation>
    </message>
    <message>
        <source>%1 (published)</source>
        <translation>%1（发布）</translation>
    </message>
</context>
<context>
    <name>univi::ui::ScreenShare</name>
    <message>
        <source>The desktop ended its dialog; try again.</source>
        <translation>桌面结束了其对话框；请重试。</translation>
    </message>
    <message>
        <source>The desktop shares no screen.</source>
        <translation>桌面未共享屏幕。</translation>
    </message>
    <message>
        <source>The desktop shares no screen (%1).</source>
        <translation>桌面未共享屏幕（%1）。</translation>
    </message>
</context>
<context>
    <name>univi::ui::ServerRows</name>
    <message>
        <source>Answer them</source>
        <translation>回答它们</translation>
    </message>
    <message>
        <source>Answer other programs</source>
        <translation>回答其他程序</translation>
    </message>
    <message>
        <source>&amp;Other programs</source>
        <translation>其他程序(&amp;O)</translation>
    </message>
    <message>
        <source>Programs written for OpenAI&apos;s interface can then ask the model, with pictures and videos. It ends with this window, and loads the model a second time.</source>
        <translation>为 OpenAI 接口编写的程序便可以向模型提问，也可以附上图片和视频。它随此窗口结束，并会把模型再加载一份。</translation>
    </message>
    <message>
        <source>Po&amp;rt</source>
        <translation>端口(&amp;R)</translation>
    </message>
    <message>
        <source>Where it listens; another where this one is taken.</source>
        <translation>监听的端口；被占用时请换一个。</translation>
    </message>
    <message>
        <source>May connect</source>
        <translation>可以连接</translation>
    </message>
    <message>
        <source>Other machines may connect</source>
        <translation>其他机器可以连接</translation>
    </message>
    <message>
        <source>Other mac&amp;hines</source>
        <translation>其他机器(&amp;H)</translation>
    </message>
    <message>
        <source>Then whoever asks needs the key below. Otherwise only programs of this computer reach it, without a key.</source>
        <translation>这时提问者需要下面的密钥。否则只有本机的程序可以访问，不需要密钥。</translation>
    </message>
    <message>
        <source>Key of the server</source>
        <translation>服务器的密钥</translation>
    </message>
    <message>
        <source>Copy the key</source>
        <translation>复制密钥</translation>
    </message>
    <message>
        <source>Ne&amp;w key</source>
        <translation>新密钥(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation>密钥(&amp;K)</translation>
    </message>
    <message>
        <source>None: requests bring their pictures and videos along</source>
        <translation>无：请求自带图片和视频</translation>
    </message>
    <message>
        <source>Folder whose files requests may name</source>
        <translation>请求可以引用其中文件的文件夹</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose the folder whose files requests may name</source>
        <translation>选择请求可以引用其中文件的文件夹</translation>
    </message>
    <message>
        <source>&amp;Media folder</source>
        <translation>媒体文件夹(&amp;M)</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Serve this window&apos;s model</source>
        <translation>改用此窗口的模型</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Ending…</source>
        <translation>正在结束…</translation>
    </message>
    <message>
        <source>Serves %1 at %2  ·  requests answered: %3</source>
        <translation>%1 的地址是 %2  ·  已回答请求：%3</translation>
    </message>
</context>
<context>
    <name>univi::ui::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Follow the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>颜色(&amp;C)</translation>
    </message>
    <message>
        <source>The desktop decides unless you do.</source>
        <translation>除非您另行选择，否则由桌面决定。</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>&amp;Use the model&apos;s own</source>
        <translation>使用模型自带的(&amp;U)</translation>
    </message>
    <message>
        <source>Forget what was set here of temperature, choice of words and length</source>
        <translation>清除在此设置的温度、选词方式和长度</translation>
    </message>
    <message>
        <source>&amp;Temperature</source>
        <translation>温度(&amp;T)</translation>
    </message>
    <message>
        <source>0 always gives the same, most likely reply; higher is more varied.</source>
        <translation>0 始终给出相同的、最可能的回复；越高越多样。</translation>
    </message>
    <message>
        <source>Top-&amp;p</source>
        <translation>Top-p(&amp;P)</translation>
    </message>
    <message>
        <source>Share of the likeliest words to choose from; 1 is all.</source>
        <translation>从最可能的词中按此占比选取；1 为全部。</translation>
    </message>
    <message>
        <source>Top-&amp;k</source>
        <translation>Top-k(&amp;K)</translation>
    </message>
    <message>
        <source>How many of the likeliest words to choose from; 0 is all.</source>
        <translation>从多少个最可能的词中选取；0 为全部。</translation>
    </message>
    <message>
        <source>&amp;Repetition penalty</source>
        <translation>重复惩罚(&amp;R)</translation>
    </message>
    <message>
        <source>Above 1 discourages words that were already said.</source>
        <translation>大于 1 会减少重复说过的词。</translation>
    </message>
    <message>
        <source>&amp;Longest reply</source>
        <translation>最长回复(&amp;L)</translation>
    </message>
    <message>
        <source>In tokens; a token is about three quarters of a word.</source>
        <translation>以词元计；一个词元约为四分之三个英文单词。</translation>
    </message>
    <message>
        <source>&amp;Seed</source>
        <translation>随机种子(&amp;S)</translation>
    </message>
    <message>
        <source>The same seed gives the same reply.</source>
        <translation>相同的随机种子给出相同的回复。</translation>
    </message>
    <message>
        <source>Prompt template</source>
        <translation>提示词模板</translation>
    </message>
    <message>
        <source>Prompt te&amp;mplate</source>
        <translation>提示词模板(&amp;M)</translation>
    </message>
    <message>
        <source>How a conversation is put into words for the model.</source>
        <translation>如何将对话组织成模型的输入。</translation>
    </message>
    <message>
        <source>The template&apos;s own</source>
        <translation>模板自带</translation>
    </message>
    <message>
        <source>System text</source>
        <translation>系统文本</translation>
    </message>
    <message>
        <source>S&amp;ystem text</source>
        <translation>系统文本(&amp;Y)</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Most &amp;frames</source>
        <translation>最多帧数(&amp;F)</translation>
    </message>
    <message>
        <source>Frames taken evenly from a video; more see more and take longer.</source>
        <translation>从视频中均匀取帧；越多看得越细，耗时越长。</translation>
    </message>
    <message>
        <source>What the model has seen</source>
        <translation>模型看过的内容</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Conversations stay on this computer, in %1; settings in %2.</source>
        <translation>对话保存在这台计算机的 %1；设置保存在 %2。</translation>
    </message>
    <message>
        <source>&amp;Open the data folder</source>
        <translation>打开数据文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>Model&apos;s own (%1)</source>
        <translation>模型自带（%1）</translation>
    </message>
    <message>
        <source>The loaded model asks for its likeliest words (temperature 0). What you set here goes before what a model asks for.</source>
        <translation>所加载的模型要求最可能的词（温度 0）。您在此的设置优先于模型的要求。</translation>
    </message>
    <message>
        <source>The loaded model asks for temperature %1. What you set here goes before what a model asks for.</source>
        <translation>所加载的模型要求温度 %1。您在此的设置优先于模型的要求。</translation>
    </message>
    <message>
        <source>Hugging Face</source>
        <translation>Hugging Face</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>上下文已满时</translation>
    </message>
    <message>
        <source>When the context is f&amp;ull</source>
        <translation>上下文已满时(&amp;U)</translation>
    </message>
    <message>
        <source>Old turns leave the prompt, not the conversation; their pictures and videos can stay.</source>
        <translation>旧轮次只从提示词中略去，仍留在对话里；其图片和视频可以保留。</translation>
    </message>
</context>
<context>
    <name>univi::ui::SetupBody</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Plan and checks</source>
        <translation>计划与检查</translation>
    </message>
    <message>
        <source>Fold the plan and the checks away</source>
        <translation>收起计划与检查</translation>
    </message>
    <message>
        <source>Show the plan, the checks and the command</source>
        <translation>显示计划、检查和命令</translation>
    </message>
</context>
<context>
    <name>univi::ui::SetupDevices</name>
    <message>
        <source>Plan &amp;for</source>
        <translation>规划对象(&amp;F)</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>GPUs of %1 GB</source>
        <translation>%1 GB 的 GPU</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Memory plan</source>
        <translation>内存计划</translation>
    </message>
</context>
<context>
    <name>univi::ui::SetupDialog</name>
    <message>
        <source>The three POPE files together make the whole table.</source>
        <translation>三个 POPE 文件合起来构成整张表。</translation>
    </message>
    <message>
        <source>LLaVA&apos;s question file with problems.json and pid_splits.json beside it.</source>
        <translation>LLaVA 的问题文件，旁边有 problems.json 和 pid_splits.json。</translation>
    </message>
    <message>
        <source>The published sets; their names say which column they fill.</source>
        <translation>发布的数据集；名称说明它们填写哪一列。</translation>
    </message>
    <message>
        <source>The generic, temporal and consistency sets of Video-ChatGPT.</source>
        <translation>Video-ChatGPT 的通用、时间和一致性数据集。</translation>
    </message>
    <message>
        <source>The 90 questions; captions, rules and reference answers stand beside them.</source>
        <translation>90 个问题；说明文字、规则和参考答案在其旁边。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>New evaluation</source>
        <translation>新建评测</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>What is asked</source>
        <translation>问什么</translation>
    </message>
    <message>
        <source>&amp;Task</source>
        <translation>任务(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Questions</source>
        <translation>问题(&amp;Q)</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Question files</source>
        <translation>问题文件</translation>
    </message>
    <message>
        <source>Question files (*.json *.jsonl)</source>
        <translation>问题文件 (*.json *.jsonl)</translation>
    </message>
    <message>
        <source>&amp;Media</source>
        <translation>媒体(&amp;M)</translation>
    </message>
    <message>
        <source>Folder of the pictures or clips</source>
        <translation>图片或视频的文件夹</translation>
    </message>
    <message>
        <source>Who answers</source>
        <translation>由谁回答</translation>
    </message>
    <message>
        <source>&amp;Checkpoints</source>
        <translation>检查点(&amp;C)</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>&amp;Base model</source>
        <translation>基座模型(&amp;B)</translation>
    </message>
    <message>
        <source>The model it goes on top of</source>
        <translation>它所依附的模型</translation>
    </message>
    <message>
        <source>&amp;Vision tower</source>
        <translation>视觉塔(&amp;V)</translation>
    </message>
    <message>
        <source>The one that the model names</source>
        <translation>模型自己指定的</translation>
    </message>
    <message>
        <source>As published: temperature 0.2</source>
        <translation>按发布方式：温度 0.2</translation>
    </message>
    <message>
        <source>Greedy: the likeliest word always</source>
        <translation>贪心：始终取最可能的词</translation>
    </message>
    <message>
        <source>&amp;Sampling</source>
        <translation>采样(&amp;S)</translation>
    </message>
    <message>
        <source>The task&apos;s own</source>
        <translation>任务自带</translation>
    </message>
    <message>
        <source>Te&amp;mplate</source>
        <translation>模板(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Device and type</source>
        <translation>设备和数据类型(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Answers go to</source>
        <translation>回答写入(&amp;A)</translation>
    </message>
    <message>
        <source>Who judges</source>
        <translation>由谁评判</translation>
    </message>
    <message>
        <source>ScienceQA and POPE are scored without a judge.</source>
        <translation>ScienceQA 和 POPE 无需评判即可计分。</translation>
    </message>
    <message>
        <source>Nobody, or the judge files already there</source>
        <translation>无，或已有的评判文件</translation>
    </message>
    <message>
        <source>An OpenAI-compatible endpoint</source>
        <translation>兼容 OpenAI 的接口</translation>
    </message>
    <message>
        <source>A local model</source>
        <translation>本地模型</translation>
    </message>
    <message>
        <source>&amp;Judge</source>
        <translation>评判(&amp;J)</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>地址(&amp;D)</translation>
    </message>
    <message>
        <source>As published for the task</source>
        <translation>按任务发布的方式</translation>
    </message>
    <message>
        <source>Its model&apos;s &amp;name</source>
        <translation>其模型名称(&amp;N)</translation>
    </message>
    <message>
        <source>Model &amp;folder</source>
        <translation>模型文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>A model that judges</source>
        <translation>用于评判的模型</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Its key comes from UNIVI_JUDGE_KEY, OPENAI_API_KEY or the keyring; it is never stored. Questions and answers are sent to this address.</source>
        <translation>其密钥来自 UNIVI_JUDGE_KEY、OPENAI_API_KEY 或密钥环；从不保存。问题和回答会发送到此地址。</translation>
    </message>
    <message>
        <source>Without a judge an answer counts when it has the expected words, which is not the published metric.</source>
        <translation>没有评判时，回答含有预期的词即算正确，这不是发布的指标。</translation>
    </message>
    <message>
        <source>Without a judge the answers are written, but not scored.</source>
        <translation>没有评判时，回答会写下，但不计分。</translation>
    </message>
</context>
<context>
    <name>univi::ui::SetupSide</name>
    <message>
        <source>Co&amp;py</source>
        <translation>复制(&amp;P)</translation>
    </message>
    <message>
        <source>Before the start</source>
        <translation>开始之前</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>The command that will run</source>
        <translation>将要运行的命令</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>univi::ui::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>univi::ui::SideBySide</name>
    <message>
        <source>Ask both</source>
        <translation>同时询问</translation>
    </message>
    <message>
        <source>%1 beside %2</source>
        <translation>%1 与 %2 并列</translation>
    </message>
    <message>
        <source>Question for both</source>
        <translation>向两者提出的问题</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>选择图片…</translation>
    </message>
    <message>
        <source>A picture or clip to ask about</source>
        <translation>要提问的图片或视频</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Write a question first.</source>
        <translation>请先写下问题。</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>loading and reading…</source>
        <translation>正在加载和读取…</translation>
    </message>
</context>
<context>
    <name>univi::ui::SourceCard</name>
    <message>
        <source>Media by absolute paths</source>
        <translation>媒体使用绝对路径</translation>
    </message>
    <message>
        <source>The items may name pictures and videos anywhere on this machine</source>
        <translation>样本可以引用本机任何位置的图片和视频</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source> × an epoch</source>
        <translation> × 每轮</translation>
    </message>
    <message>
        <source>How often an epoch goes through it</source>
        <translation>每轮经过它多少次</translation>
    </message>
    <message>
        <source>Its weight: how often an epoch goes through it</source>
        <translation>权重：每轮经过它多少次</translation>
    </message>
    <message>
        <source>Folder of media</source>
        <translation>媒体文件夹</translation>
    </message>
    <message>
        <source>Remove the source</source>
        <translation>移除来源</translation>
    </message>
    <message>
        <source>media%1</source>
        <translation>media%1</translation>
    </message>
    <message>
        <source>JSON list or JSON Lines of conversations</source>
        <translation>JSON 列表或 JSON Lines 格式的对话</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Choose the list of conversations</source>
        <translation>选择对话列表</translation>
    </message>
    <message>
        <source>Choose the folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>List of conversations</source>
        <translation>对话列表</translation>
    </message>
    <message>
        <source>JSON and JSON Lines (*.json *.jsonl)</source>
        <translation>JSON 和 JSON Lines (*.json *.jsonl)</translation>
    </message>
    <message>
        <source>%1 is not there</source>
        <translation>%1 不存在</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>文件夹名称</translation>
    </message>
    <message>
        <source>Remove the folder</source>
        <translation>移除文件夹</translation>
    </message>
</context>
<context>
    <name>univi::ui::StartBar</name>
    <message>
        <source>Show the first one</source>
        <translation>显示第一处</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Add to the &amp;queue</source>
        <translation>加入队列(&amp;Q)</translation>
    </message>
    <message>
        <source>Start it when its devices are free</source>
        <translation>在其设备空闲时开始</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>开始(&amp;S)</translation>
    </message>
    <message>
        <source>Start the run (%1)</source>
        <translation>开始训练（%1）</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) to put right first</source>
        <translation>
            <numerusform>有 %Ln 处需要先改正</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) to know before the start</source>
        <translation>
            <numerusform>开始前有 %Ln 处需要了解</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>univi::ui::StartFromView</name>
    <message>
        <source>Your own preset.</source>
        <translation>您自己的预设。</translation>
    </message>
    <message>
        <source>A &amp;pasted command…</source>
        <translation>粘贴的命令(&amp;P)…</translation>
    </message>
    <message>
        <source>An earlier &amp;run…</source>
        <translation>以前的训练(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Nothing set</source>
        <translation>不作任何设置(&amp;N)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Begin with</source>
        <translation>从何开始</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
</context>
<context>
    <name>univi::ui::StreamDialog</name>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Open an address</source>
        <translation>打开网络地址</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>地址(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Length</source>
        <translation>时长(&amp;L)</translation>
    </message>
    <message>
        <source>The data folder takes no recording.</source>
        <translation>数据文件夹无法保存录制内容。</translation>
    </message>
    <message>
        <source>%1 could not be started; install the program whole.</source>
        <translation>无法启动 %1；请完整安装本程序。</translation>
    </message>
    <message>
        <source>The recording ended unexpectedly; try again.</source>
        <translation>录制意外结束；请重试。</translation>
    </message>
    <message>
        <source>Recording…</source>
        <translation>正在录制…</translation>
    </message>
    <message>
        <source>A camera or a video, by http, https or rtsp. Its beginning is stored on this computer.</source>
        <translation>摄像头或视频，通过 http、https 或 rtsp。其开头部分保存在这台计算机上。</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>&amp;What</source>
        <translation>内容(&amp;W)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未评</translation>
    </message>
    <message>
        <source>A camera or a video, by http, https or rtsp. It stays open above the question, which is about its last frames.</source>
        <translation>摄像头或视频，通过 http、https 或 rtsp。它在问题上方保持打开，提问针对其最后几帧。</translation>
    </message>
</context>
<context>
    <name>univi::ui::SwitchEditor</name>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
</context>
<context>
    <name>univi::ui::TableModel</name>
    <message>
        <source>difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Published figure</source>
        <translation>发布的数字</translation>
    </message>
    <message>
        <source>%1 was asked other questions: neither better nor worse</source>
        <translation>%1 回答的是其他问题：无所谓好坏</translation>
    </message>
    <message>
        <source>Compared with %1</source>
        <translation>与 %1 相比</translation>
    </message>
    <message>
        <source>Show the questions behind this figure</source>
        <translation>显示此数字背后的问题</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
</context>
<context>
    <name>univi::ui::TaskRow</name>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>Verifying %1</source>
        <translation>正在校验 %1</translation>
    </message>
    <message>
        <source>Writing %1 in int8</source>
        <translation>正在把 %1 写成 int8</translation>
    </message>
    <message>
        <source>Writing %1 in int4</source>
        <translation>正在把 %1 写成 int4</translation>
    </message>
    <message>
        <source>Writing %1 as one folder</source>
        <translation>正在把 %1 写成一个文件夹</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>univi::ui::TrainChild</name>
    <message>
        <source>%1 cannot be started: install UniVi Studio again.</source>
        <translation>无法启动 %1：请重新安装 UniVi Studio。</translation>
    </message>
    <message>
        <source>univi-train ended unexpectedly: look at its log, or start again.</source>
        <translation>univi-train 意外结束：请查看其日志，或重新开始。</translation>
    </message>
</context>
<context>
    <name>univi::ui::TrainLauncher</name>
    <message>
        <source>There is no univi-train at %1, so nothing can be trained here.</source>
        <translation>%1 处没有 univi-train，因此无法在此训练。</translation>
    </message>
    <message>
        <source>The run&apos;s folder %1 cannot be made: choose another one.</source>
        <translation>无法创建训练文件夹 %1：请选择其他文件夹。</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>%1 could not be started: %2.</source>
        <translation>无法启动 %1：%2。</translation>
    </message>
    <message>
        <source>The run has no process any more.</source>
        <translation>训练已没有进程。</translation>
    </message>
    <message>
        <source>The run is on %1: stop it or save it there.</source>
        <translation>训练在 %1 上：请在那里停止或保存。</translation>
    </message>
    <message>
        <source>Process %1 takes no signal from here: %2.</source>
        <translation>进程 %1 不接受来自此处的信号：%2。</translation>
    </message>
</context>
<context>
    <name>univi::ui::TrainingPage</name>
    <message>
        <source>Keep awake while training</source>
        <translation>训练时保持唤醒</translation>
    </message>
    <message>
        <source>The computer does not go to sleep while a run lives</source>
        <translation>有训练在运行时，计算机不会睡眠</translation>
    </message>
    <message>
        <source>Set up a run of the projector (stage 1) or of the whole model (stage 2), watch it, and talk to the result. Runs go on when this window is closed. Runs that were started elsewhere can be opened by their folder.</source>
        <translation>设置投影层（第一阶段）或整个模型（第二阶段）的训练，观察训练过程，并与结果对话。关闭此窗口后训练仍会继续。在别处启动的训练可通过其文件夹打开。</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>新建训练</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Train your own model</source>
        <translation>训练您自己的模型</translation>
    </message>
    <message>
        <source>%1 did not start: %2</source>
        <translation>%1 没有启动：%2</translation>
    </message>
    <message>
        <source>%1 is done</source>
        <translation>%1 已完成</translation>
    </message>
    <message>
        <source>The result can be opened in Chat.</source>
        <translation>可以在对话页打开结果。</translation>
    </message>
    <message>
        <source>%1 failed at step %2</source>
        <translation>%1 在第 %2 步失败</translation>
    </message>
    <message>
        <source>A training run is going on.</source>
        <translation>有训练正在进行。</translation>
    </message>
    <message>
        <source>%1 is in the trash.</source>
        <translation>%1 已移入回收站。</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>%1 has no run: neither run.json nor events.jsonl nor TensorBoard&apos;s event files, also not in the folders below it.</source>
        <translation>%1 中没有训练：其中及其下级文件夹中都没有 run.json、events.jsonl 或 TensorBoard 的事件文件。</translation>
    </message>
    <message>
        <source>Open a run, or a folder of runs</source>
        <translation>打开训练，或含有训练的文件夹</translation>
    </message>
</context>
<context>
    <name>univi::ui::TrimDialog</name>
    <message>
        <source>Whole video</source>
        <translation>整个视频</translation>
    </message>
    <message>
        <source>Use this part</source>
        <translation>使用此片段</translation>
    </message>
    <message>
        <source>Choose a part</source>
        <translation>选取一段</translation>
    </message>
    <message>
        <source>One a second</source>
        <translation>每秒一帧</translation>
    </message>
    <message>
        <source>Frames taken of the part</source>
        <translation>从片段中取的帧数</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Seconds between frames</source>
        <translation>帧间隔秒数</translation>
    </message>
    <message>
        <source>Begin of the part</source>
        <translation>片段的开始</translation>
    </message>
    <message>
        <source>End of the part</source>
        <translation>片段的结束</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>&amp;Part</source>
        <translation>片段(&amp;P)</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>&amp;Frames</source>
        <translation>帧(&amp;F)</translation>
    </message>
    <message>
        <source>every</source>
        <translation>每</translation>
    </message>
    <message>
        <source>A part of %1</source>
        <translation>%1 的一段</translation>
    </message>
    <message>
        <source>%1 long, one frame a second</source>
        <translation>长 %1，每秒一帧</translation>
    </message>
    <message>
        <source>%1 long, all of its frames (%2)</source>
        <translation>长 %1，取全部帧（%2）</translation>
    </message>
    <message>
        <source>%1 long, frames taken evenly: %2</source>
        <translation>长 %1，均匀取帧：%2</translation>
    </message>
</context>
<context>
    <name>univi::ui::TurnFooter</name>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>&lt;1 ms</source>
        <translation>&lt;1 毫秒</translation>
    </message>
    <message>
        <source>%1 tok/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>first word %1</source>
        <translation>首词 %1</translation>
    </message>
    <message>
        <source>%1 visual tokens</source>
        <translation>%1 个视觉词元</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>cut off at the longest reply</source>
        <translation>达到最长回复，被截断</translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>模型：%1</translation>
    </message>
    <message>
        <source>Speed: %1 tokens a second</source>
        <translation>速度：每秒 %1 个词元</translation>
    </message>
    <message>
        <source>First word after %1</source>
        <translation>%1 后出现首词</translation>
    </message>
    <message>
        <source>Whole reply after %1</source>
        <translation>%1 后完成整个回复</translation>
    </message>
    <message>
        <source>Prompt: %1 tokens, %2 of them visual</source>
        <translation>提示词：%1 个词元，其中视觉词元 %2 个</translation>
    </message>
    <message>
        <source>Seed: %1</source>
        <translation>随机种子：%1</translation>
    </message>
    <message>
        <source>All figures of this reply</source>
        <translation>此回复的全部数据</translation>
    </message>
    <message>
        <source>Another reply to the same question</source>
        <translation>对同一问题再次回复</translation>
    </message>
    <message>
        <source>Copy the reply</source>
        <translation>复制回复</translation>
    </message>
    <message>
        <source>The version before</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>The version after</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>版本 %1，共 %2 个</translation>
    </message>
    <message numerus="yes">
        <source>Reply: %Ln token(s)</source>
        <translation>
            <numerusform>回复：%Ln 个词元</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context was full: the oldest %Ln turn(s) left out with their pictures and videos</source>
        <translation>
            <numerusform>上下文已满：最早的 %Ln 轮连同其图片和视频已略去</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The context was full: the oldest %Ln turn(s) left out</source>
        <translation>
            <numerusform>上下文已满：最早的 %Ln 轮已略去</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>without the oldest %Ln turn(s)</source>
        <translation>
            <numerusform>不含最早的 %Ln 轮</numerusform>
        </translation>
    </message>
    <message>
        <source>Versions side by side</source>
        <translation>并排比较版本</translation>
    </message>
</context>
<context>
    <name>univi::ui::TurnView</name>
    <message>
        <source>Edit this question and ask again</source>
        <translation>编辑此问题并重新提问</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>您的问题</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>… (%1 more characters)</source>
        <translation>…（还有 %1 个字符）</translation>
    </message>
</context>
<context>
    <name>univi::ui::UsePanel</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>LoRA adapter on its base</source>
        <translation>基座上的 LoRA 适配器</translation>
    </message>
    <message>
        <source>Projector on its base</source>
        <translation>基座上的投影层</translation>
    </message>
    <message>
        <source>Nothing to load</source>
        <translation>没有可加载的内容</translation>
    </message>
    <message>
        <source>This run has left no checkpoint.</source>
        <translation>此训练没有留下检查点。</translation>
    </message>
    <message>
        <source>No checkpoint yet: one comes after every step.</source>
        <translation>还没有检查点：每一步之后都会有一个。</translation>
    </message>
    <message>
        <source>No checkpoint yet. “Save now” writes one; else one comes after every %1 steps.</source>
        <translation>还没有检查点。“立即保存”会写入一个；否则每 %1 步之后有一个。</translation>
    </message>
    <message>
        <source>Open in Chat</source>
        <translation>在对话页打开</translation>
    </message>
    <message>
        <source>Load it and talk to it</source>
        <translation>加载并与它对话</translation>
    </message>
    <message>
        <source>Ask beside its base</source>
        <translation>与其基座并列询问</translation>
    </message>
    <message>
        <source>The same picture and question for both, replies side by side</source>
        <translation>向两者提供相同的图片和问题，回复并列显示</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评测</translation>
    </message>
    <message>
        <source>Open the Eval page with it</source>
        <translation>在评测页打开</translation>
    </message>
    <message>
        <source>Merge and export…</source>
        <translation>合并并导出…</translation>
    </message>
    <message>
        <source>Write it as one folder of safetensors that loads on its own (LoRA merged, tower included)</source>
        <translation>写成一个可单独加载的 safetensors 文件夹（合并 LoRA，包含视觉塔）</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>Open its folder in the file manager</source>
        <translation>在文件管理器中打开其文件夹</translation>
    </message>
    <message>
        <source>Result and checkpoints</source>
        <translation>结果和检查点</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>写入时间</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Only the curves of this run are known.</source>
        <translation>只有此训练的曲线。</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>univi::ui::VersionsDialog</name>
    <message>
        <source>Versions side by side</source>
        <translation>并排比较版本</translation>
    </message>
    <message>
        <source>Version at the left</source>
        <translation>左侧的版本</translation>
    </message>
    <message>
        <source>Version at the right</source>
        <translation>右侧的版本</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Bold: what only this version says.</source>
        <translation>粗体：只有这个版本才有的内容。</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
</context>
<context>
    <name>univi::ui::ViewButton</name>
    <message>
        <source>White borders</source>
        <translation>白色边界</translation>
    </message>
    <message>
        <source>Two pictures side by side</source>
        <translation>并排显示两幅图片</translation>
    </message>
    <message>
        <source>Export the groups…</source>
        <translation>导出词元组…</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>How the groups are drawn</source>
        <translation>组的绘制方式</translation>
    </message>
    <message>
        <source>Mean colours</source>
        <translation>平均颜色</translation>
    </message>
    <message>
        <source>Distinct colours</source>
        <translation>区分颜色</translation>
    </message>
    <message>
        <source>Size of the groups</source>
        <translation>组的大小</translation>
    </message>
    <message>
        <source>Attention of a word</source>
        <translation>词的注意力</translation>
    </message>
    <message>
        <source>Time of merging</source>
        <translation>合并时间</translation>
    </message>
    <message>
        <source>Borders only</source>
        <translation>仅边界</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
</context>
<context>
    <name>univi::ui::WhatIfAsker</name>
    <message>
        <source>Ask something about it first; then it can be asked again.</source>
        <translation>请先就此提问；然后才能再次询问。</translation>
    </message>
</context>
<context>
    <name>univi::ui::WhatIfPane</name>
    <message>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>What is changed</source>
        <translation>改变什么</translation>
    </message>
    <message>
        <source>Without a group: click one first</source>
        <translation>去掉一个组：请先单击一个</translation>
    </message>
    <message>
        <source>Without group %1</source>
        <translation>去掉第 %1 组</translation>
    </message>
    <message>
        <source>Without event %1</source>
        <translation>去掉事件段 %1</translation>
    </message>
    <message>
        <source>Merged otherwise</source>
        <translation>改变合并方式</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Asks the last question about this alone once more, with something changed, and shows what becomes of the answer.</source>
        <translation>仅就此内容再问一次最后的问题，改变某一处，并显示回答如何变化。</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Asking… %1 of %2</source>
        <translation>正在询问… %1/%2</translation>
    </message>
    <message>
        <source>Seed of the sampling: which words are drawn</source>
        <translation>采样的随机种子：决定抽到哪些词</translation>
    </message>
    <message>
        <source>Seed of the sampling</source>
        <translation>采样种子</translation>
    </message>
    <message numerus="yes">
        <source>Without stage %1 · %Ln group(s)</source>
        <translation>
            <numerusform>去掉第 %1 阶段 · %Ln 组</numerusform>
        </translation>
    </message>
    <message>
        <source>Sampled with another seed</source>
        <translation>换一个种子采样</translation>
    </message>
    <message numerus="yes">
        <source>Why? Without each of %Ln group(s) in turn</source>
        <translation>
            <numerusform>为什么？依次去掉 %Ln 个组中的每一个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Why? Without each of %Ln event(s) in turn</source>
        <translation>
            <numerusform>为什么？依次去掉 %Ln 个事件段中的每一个</numerusform>
        </translation>
    </message>
    <message>
        <source>This can be asked once it is read.</source>
        <translation>读完之后才能这样提问。</translation>
    </message>
    <message>
        <source>Change a number first: so far it is merged as it was.</source>
        <translation>请先改动一个数字：现在的合并方式与原来相同。</translation>
    </message>
    <message>
        <source>Click a group in the picture: it is kept, and can be left out.</source>
        <translation>请点击图片中的一个组：它会被保留选中，然后可以去掉它。</translation>
    </message>
    <message>
        <source>The model does not see a frame&apos;s own groups: choose Event above.</source>
        <translation>模型看不到单帧自己的组：请在上方选择“事件段”。</translation>
    </message>
    <message>
        <source>Other words are drawn; the groups stay as they are. At temperature 0 nothing is drawn, so that no seed changes the answer.</source>
        <translation>会重新抽取词语，组保持不变（合并不使用随机种子）。温度为 0 时不抽取，因此任何种子都不会改变回答。</translation>
    </message>
</context>
<context>
    <name>univi::ui::WrapLabel</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
</TS>
