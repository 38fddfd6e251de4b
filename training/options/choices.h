#pragma once

#include "training/options/named_value.h"

namespace univi::training {

// The options that take one of several values, and the names of these values.

/// When something is done: --save_strategy, --evaluation_strategy, --logging_strategy.
enum class Interval { No, Steps, Epoch };
inline constexpr const char* kIntervals[] = {"no", "steps", "epoch"};
constexpr NamedText::Names names_of(Interval) {
    return kIntervals;
}

/// --lr_scheduler_type, by the names of transformers' get_scheduler.
enum class ScheduleType {
    Linear,
    Cosine,
    Restarts,
    Polynomial,
    Constant,
    ConstantWithWarmup,
    InverseSqrt,
    MinRate,
    StableDecay,
    Plateau
};
inline constexpr const char* kScheduleTypes[] = {"linear",
                                                 "cosine",
                                                 "cosine_with_restarts",
                                                 "polynomial",
                                                 "constant",
                                                 "constant_with_warmup",
                                                 "inverse_sqrt",
                                                 "cosine_with_min_lr",
                                                 "warmup_stable_decay",
                                                 "reduce_lr_on_plateau"};
constexpr NamedText::Names names_of(ScheduleType) {
    return kScheduleTypes;
}

/// --on_bad_item: what becomes of an item that cannot be read, or whose pictures or video are
/// missing or broken.
enum class BadItemPolicy {
    Mask,  ///< kept, all labels ignored, zero pictures: as the reference does
    Skip,  ///< left out of its batch
    Stop   ///< the run ends with its name
};
inline constexpr const char* kBadItemPolicies[] = {"mask", "skip", "stop"};
constexpr NamedText::Names names_of(BadItemPolicy) {
    return kBadItemPolicies;
}

/// --on_nan: a loss or gradient that is not finite ends the run, or its step is left out.
enum class NanPolicy { Stop, Skip };
inline constexpr const char* kNanPolicies[] = {"stop", "skip"};
constexpr NamedText::Names names_of(NanPolicy) {
    return kNanPolicies;
}

/// --engine: this program, or the reference's own with DeepSpeed.
enum class TrainingEngine { Univi, DeepSpeed };
inline constexpr const char* kTrainingEngines[] = {"univi", "deepspeed"};
constexpr NamedText::Names names_of(TrainingEngine) {
    return kTrainingEngines;
}

/// --placement of several pictures; Reference repeats upstream's handling.
enum class PicturePlacement { Interleaved, Reference };
inline constexpr const char* kPicturePlacements[] = {"interleaved", "reference"};
constexpr NamedText::Names names_of(PicturePlacement) {
    return kPicturePlacements;
}

/// --image_aspect_ratio; Pad pads pictures to a square first.
enum class PictureShape { Square, Pad };
inline constexpr const char* kPictureShapes[] = {"square", "pad"};
constexpr NamedText::Names names_of(PictureShape) {
    return kPictureShapes;
}

/// --visual_token_cache_dtype: exact, or half the disk.
enum class CacheType { Fp32, Fp16 };
inline constexpr const char* kCacheTypes[] = {"fp32", "fp16"};
constexpr NamedText::Names names_of(CacheType) {
    return kCacheTypes;
}

/// --quant_type of a base in 4 bits.
enum class QuantType { Nf4, Fp4, Int4 };
inline constexpr const char* kQuantTypes[] = {"nf4", "fp4", "int4"};
constexpr NamedText::Names names_of(QuantType) {
    return kQuantTypes;
}

/// --offload_optimizer: where the optimiser's state lives; AsFile: what the DeepSpeed file says.
enum class OffloadTo { AsFile, None, Cpu };
inline constexpr const char* kOffloads[] = {"", "none", "cpu"};
constexpr NamedText::Names names_of(OffloadTo) {
    return kOffloads;
}

/// --plan_format, --check_format: for people, or for programs.
enum class ReportFormat { Text, Json };
inline constexpr const char* kReportFormats[] = {"text", "json"};
constexpr NamedText::Names names_of(ReportFormat) {
    return kReportFormats;
}

/// --check_media: how closely --check_data looks at media.
enum class MediaLook { Decode, Exists };
inline constexpr const char* kMediaLooks[] = {"decode", "exists"};
constexpr NamedText::Names names_of(MediaLook) {
    return kMediaLooks;
}

}  // namespace univi::training
