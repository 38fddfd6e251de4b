#pragma once

#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/protocol/enum_names.h"
#include "core/protocol/json_fields.h"

namespace univi::protocol {

// A struct that travels as JSON has one list of its fields, a function template beside it:
//
//     template <class V>
//     void fields(V& v, StopRequest& stop) {
//         v.required("target", stop.target);
//     }
//
// FieldWriter and FieldReader go through the same list, so a field cannot be written under one name
// and read under another. A list says of each field:
//     v(name, x)           it is always written; absent when read, x stays as it is
//     v.required(name, x)  as before, but absent when read is an error that names it
//     v.sparse(name, x)    it is written only where it differs from T{}
//     v.path, v.path_or_null, v.paths   paths, which are any bytes (core/base/json_text.h)
//     v.check(f)           when read, f(JsonFields) may refuse what the fields hold
// Values are numbers, texts, enums with EnumNames, structs with a list, and vectors, arrays,
// optionals (null when empty) and maps of them.

/// Returns "a, b or c".
std::string alternatives(const std::vector<const char*>& names);

class FieldWriter;
template <typename T>
concept HasFields = std::is_class_v<T> && requires(FieldWriter& v, T& value) {
    fields(v, value);
};

template <typename T>
base::Json to_json_by_fields(const T& value);

/// Writes a list's fields into a JSON object.
class FieldWriter {
  public:
    explicit FieldWriter(base::Json& object) : object_(object) {}

    template <typename T>
    void operator()(const char* name, const T& value) {
        object_[name] = json_of(value);
    }
    template <typename T>
    void required(const char* name, const T& value) {
        (*this)(name, value);
    }
    template <typename T>
    void sparse(const char* name, const T& value) {
        if (!(value == T{})) (*this)(name, value);
    }
    void path(const char* name, const std::string& path, const char* bytes_name = "path_bytes") {
        base::put_path(object_, name, path, bytes_name);
    }
    void required_path(const char* name, const std::string& given) { path(name, given); }
    void path_or_null(const char* name, const std::string& given, const char* bytes_name) {
        if (given.empty())
            object_[name] = nullptr;
        else
            path(name, given, bytes_name);
    }
    void paths(const char* name, const std::vector<std::string>& paths) {
        base::Json list = base::Json::array();
        for (const std::string& each : paths) list.push_back(base::path_element(each));
        object_[name] = std::move(list);
    }
    template <typename Check>
    void check(Check&&) {}

  private:
    template <typename T>
    static base::Json json_of(const T& value) {
        if constexpr (NamedEnum<T>)
            return name_of(value);
        else if constexpr (HasFields<T>)
            return to_json_by_fields(value);
        else
            return value;
    }
    template <typename T>
    static base::Json json_of(const std::optional<T>& value) {
        return value ? json_of(*value) : base::Json();
    }
    static base::Json json_of(const std::vector<float>& values) { return float_array(values); }
    template <typename List>
    static base::Json list_of(const List& values) {
        base::Json list = base::Json::array();
        for (const auto& each : values) list.push_back(json_of(each));
        return list;
    }
    template <typename T>
    static base::Json json_of(const std::vector<T>& values) {
        return list_of(values);
    }
    template <typename T, std::size_t N>
    static base::Json json_of(const std::array<T, N>& values) {
        return list_of(values);
    }
    template <typename T>
    static base::Json json_of(const std::map<std::string, T>& values) {
        base::Json object = base::Json::object();
        for (const auto& [name, each] : values) object[name] = json_of(each);
        return object;
    }

    base::Json& object_;
};

/// Reads a list's fields out of a JSON object. Throws base::Error{Format} naming the field.
class FieldReader {
  public:
    explicit FieldReader(const JsonFields& object) : object_(object) {}

    template <typename T>
    void operator()(const char* name, T& value) {
        if constexpr (NamedEnum<T>)
            read_enum(name, value);
        else if constexpr (std::same_as<T, base::Json>) {
            if (object_.has(name)) value = object_.at(name);
        } else if constexpr (HasFields<T>) {
            if (const auto object = object_.object(name)) read_object(*object, value);
        } else {
            object_.read(name, value);
        }
    }
    template <typename T>
    void operator()(const char* name, std::optional<T>& value) {
        if (!object_.has(name)) return;
        value.reset();
        if (!object_.at(name).is_null()) (*this)(name, value.emplace());
    }
    template <HasFields T>
    void operator()(const char* name, std::vector<T>& values) {
        if (!object_.has(name)) return;
        values.clear();
        for (const JsonFields& each : object_.objects(name))
            read_object(each, values.emplace_back());
    }
    template <HasFields T, std::size_t N>
    void operator()(const char* name, std::array<T, N>& values) {
        const std::vector<JsonFields> objects = object_.objects(name);
        if (objects.empty()) return;
        if (objects.size() != N)
            object_.fail(name, "must hold exactly " + std::to_string(N) + " objects");
        for (std::size_t i = 0; i < N; ++i) read_object(objects[i], values[i]);
    }
    template <typename T>
    void operator()(const char* name, std::map<std::string, T>& values) {
        const auto object = object_.object(name);
        if (!object) return;
        values.clear();
        FieldReader reader(*object);
        for (const std::string& each : object->names()) reader(each.c_str(), values[each]);
    }
    template <typename T>
    void required(const char* name, T& value) {
        if (!object_.has(name)) object_.fail(name, "is missing");
        (*this)(name, value);
    }
    template <typename T>
    void sparse(const char* name, T& value) {
        (*this)(name, value);
    }
    void path(const char* name, std::string& path, const char* bytes_name = "path_bytes") {
        object_.read_path(name, path, bytes_name);
    }
    void required_path(const char* name, std::string& given) {
        if (!object_.has("path_bytes") && !object_.has(name)) object_.fail(name, "is missing");
        path(name, given);
    }
    void path_or_null(const char* name, std::string& given, const char* bytes_name) {
        if (!object_.has(name) || !object_.at(name).is_null()) path(name, given, bytes_name);
    }
    void paths(const char* name, std::vector<std::string>& paths) {
        object_.read_paths(name, paths);
    }
    template <typename Check>
    void check(Check&& refuse) {
        refuse(object_);
    }

  private:
    template <typename T>
    static void read_object(const JsonFields& object, T& value) {
        FieldReader reader(object);
        fields(reader, value);
    }
    template <NamedEnum E>
    void read_enum(const char* name, E& value) {
        if (!object_.has(name)) return;
        std::string given;
        object_.read(name, given);
        if (const auto known = value_named<E>(given)) {
            value = *known;
            return;
        }
        std::vector<const char*> names;
        for (const auto& each : EnumNames<E>::kNames) names.push_back(each.second);
        object_.fail(name, "must be " + alternatives(names) + ", not \"" + given + "\"");
    }

    const JsonFields& object_;
};

template <typename T>
base::Json to_json_by_fields(const T& value) {
    base::Json json = base::Json::object();
    FieldWriter writer(json);
    fields(writer, const_cast<T&>(value));  // a list takes T& for its reader; a writer changes none
    return json;
}

/// `where` is the path to the object, used in errors.
template <typename T>
T from_json_by_fields(const base::Json& json, const std::string& where) {
    T value;
    const JsonFields object(json, where);
    FieldReader reader(object);
    fields(reader, value);
    return value;
}

/// The name of a message's kind in its JSON; specialised beside the struct's list.
template <typename T>
inline constexpr const char* kMessageName = nullptr;

/// The fields of the message in `body` and its name under `key`.
template <typename... Kinds>
base::Json message_json(const char* key, const std::variant<Kinds...>& body) {
    return std::visit(
        [key]<typename T>(const T& message) {
            base::Json json = to_json_by_fields(message);
            json[key] = kMessageName<T>;
            return json;
        },
        body);
}

/// Reads the kind that the object's `key` names into `body`; false when no kind has that name.
template <typename... Kinds>
bool read_message(const JsonFields& object, const char* key, std::variant<Kinds...>& body) {
    std::string name;
    object.require(key, name);
    const auto read = [&]<typename T>(std::type_identity<T>) {
        if (name != kMessageName<T>) return false;
        FieldReader reader(object);
        fields(reader, body.template emplace<T>());
        return true;
    };
    return (read(std::type_identity<Kinds>()) || ...);
}

/// The line that a program writes for an event.
template <typename... Kinds>
std::string event_line(const std::variant<Kinds...>& event) {
    return dump_line(message_json("event", event));
}

/// The event of such a line; none when no kind has its name. Throws Error{Format} for a line that
/// is damaged.
template <typename Event>
std::optional<Event> event_of_line(std::string_view line) {
    const base::Json json = base::parse_json(line, "event");
    Event event;
    if (!read_message(JsonFields(json, "event"), "event", event)) return std::nullopt;
    return event;
}

template <typename... Kinds>
std::vector<const char*> message_names(const std::variant<Kinds...>&) {
    return {kMessageName<Kinds>...};
}

}  // namespace univi::protocol
