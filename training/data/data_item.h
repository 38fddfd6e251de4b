#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/text/labels.h"

namespace univi::training {

/// One training conversation, whatever form its file has it in: the speakers are "human" and "gpt",
/// a "system" message may come first. Media names are relative to the source's folders, or absolute
/// where the source allows that.
struct DataItem {
    enum class Media { None, Pictures, Video };
    /// How the item differs from the reference's own form. It is read all the same.
    struct Form {
        bool chat_roles = false;  ///< its speakers are called user and assistant
        bool chat_keys = false;   ///< its keys are messages, role and content
        bool system = false;      ///< it begins with a system message of its own
    };
    std::string id;
    Media media = Media::None;
    std::vector<std::string> names;  ///< pictures in order, or the one video
    std::vector<text::Message> messages;
    Form form;
    std::int32_t source = 0;    ///< index into Dataset::sources
    std::int64_t position = 0;  ///< in the source's file, from 0
};

/// What is wrong with an item, as Error{Format} whose sentence names file, line, position and id.
class ItemError : public base::Error {
  public:
    enum class Fault { Json, Shape, Placeholders, AbsolutePath };
    /// `name`: the item's, with which the sentence begins; `rest`: what follows it.
    ItemError(Fault fault, const std::string& name, const std::string& rest)
        : Error(base::ErrorKind::Format, name + rest), fault_(fault), name_(name) {}
    Fault fault() const { return fault_; }
    const std::string& name() const { return name_; }

  private:
    Fault fault_;
    std::string name_;
};

}  // namespace univi::training
