#include "sources/libcamera/control_values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>

#include "sources/libcamera/control_traits.h"

namespace pcs {
namespace {

using libcamera::ControlId;
using libcamera::ControlInfo;
using libcamera::ControlInfoMap;
using libcamera::ControlValue;

const char* type_name(ControlKind kind) {
  switch (kind) {
    case ControlKind::kBool:
      return "boolean";
    case ControlKind::kInteger:
      return "integer";
    case ControlKind::kFloat:
      return "float";
    case ControlKind::kString:
      return "string";
    case ControlKind::kRectangle:
      return "rectangle";
    case ControlKind::kSize:
      return "size";
    case ControlKind::kPoint:
      return "point";
    case ControlKind::kUnsupported:
      break;
  }
  return "unsupported";
}

// How many letters have to be changed, added or removed to come from one name to the other.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

// As a person writes it.
std::string text_of(double number) {
  char text[400];  // the largest double has 309 digits
  std::snprintf(text, sizeof text, number == std::floor(number) ? "%.0f" : "%.6g", number);
  return text;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::vector<std::string> sorted_names(const ControlInfoMap& available) {
  std::vector<std::string> names;
  for (const auto& entry : available) names.push_back(entry.first->name());
  std::sort(names.begin(), names.end());
  return names;
}

void set_unknown(const ControlInfoMap& available, const std::string& name, Failure& failure) {
  const auto names = sorted_names(available);
  if (names.empty()) {
    failure.set("ERR_CAMERA_CONFIG", "the camera has no control %s, nor any other", name.c_str());
    return;
  }
  const auto nearest = std::min_element(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return distance(a, name) < distance(b, name);
  });
  // More than a third of the letters wrong is another word.
  const bool is_near = distance(*nearest, name) <= std::max<size_t>(1, name.size() / 3);
  const std::string suggestion = is_near ? "; did you mean " + *nearest + "?" : ".";
  failure.set("ERR_CAMERA_CONFIG", "the camera has no control %s%s It has: %s", name.c_str(),
              suggestion.c_str(), join(names).c_str());
}

// Limits that say nothing of real values: a Raspberry Pi gives (0, 8) for a matrix that has negative entries.
bool has_false_limits(const std::string& name) {
  return name == "ColourCorrectionMatrix";
}

// What the limits of these are depends on the sensor's mode, and so on the size and rate of the pictures: a
// configuration that was right for one is not refused for another.
bool is_clamped(const std::string& name) {
  return name == "ExposureTime" || name == "AnalogueGain" || name == "DigitalGain";
}

// The enumerators that the camera lists; all of them when it lists none.
std::vector<std::pair<double, std::string>> supported_enumerators(const ControlTraits& traits,
                                                                  const ControlInfo& info) {
  std::vector<std::pair<double, std::string>> supported;
  for (const auto& [number, name] : traits.enumerators) {
    const auto is_number = [number = number](const ControlValue& value) {
      return control_numbers(value) == std::vector<double>{double(number)};
    };
    if (info.values().empty() || std::any_of(info.values().begin(), info.values().end(), is_number))
      supported.emplace_back(number, name);
  }
  return supported;
}

// One setting against one control.
class Setting {
 public:
  Setting(const ControlSetting& setting, const ControlId& id, const ControlInfo& info, Failure& failure)
      : setting_(setting), id_(id), info_(info), failure_(failure), traits_(control_traits(id)) {}

  // Says in notes where another value is taken than was asked for.
  std::optional<ControlValue> value(Notes& notes) const {
    auto numbers = this->numbers();
    if (!numbers || !has_right_length(*numbers)) return std::nullopt;
    if (is_clamped(setting_.name)) clamp(*numbers, notes);
    if (!is_in_range(*numbers)) return std::nullopt;
    ControlValue value;
    if (!make_control_value(id_.type(), traits_.array, *numbers, value))
      return wrong("does not take this number");
    return value;
  }

 private:
  std::nullopt_t wrong(const std::string& why) const {
    failure_.set("ERR_CAMERA_CONFIG", "the control %s (%s%s) %s", setting_.name.c_str(),
                 type_name(traits_.kind), traits_.array ? ", several" : "", why.c_str());
    return std::nullopt;
  }

  std::optional<std::vector<double>> numbers() const {
    if (traits_.kind == ControlKind::kUnsupported || traits_.kind == ControlKind::kString)
      return wrong("cannot be set");
    const bool is_bool = traits_.kind == ControlKind::kBool;
    if (const auto* flag = std::get_if<bool>(&setting_.value)) {
      if (!is_bool) return wrong("does not take true or false");
      return std::vector<double>{*flag ? 1.0 : 0.0};
    }
    if (is_bool) return wrong("takes true or false");
    if (const auto* name = std::get_if<std::string>(&setting_.value)) return enumerator(*name);
    if (const auto* number = std::get_if<double>(&setting_.value)) return std::vector<double>{*number};
    return std::get<std::vector<double>>(setting_.value);
  }

  std::optional<std::vector<double>> enumerator(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& [number, each] : traits_.enumerators) {
      if (each == name) return std::vector<double>{double(number)};
      names.push_back(each);
    }
    if (names.empty()) return wrong("takes numbers, not a name");
    return wrong("has no value " + name + "; it has: " + join(names));
  }

  bool has_right_length(const std::vector<double>& numbers) const {
    const size_t each = traits_.numbers_each;
    const bool fits = !traits_.array              ? numbers.size() == each
                      : traits_.array_length != 0 ? numbers.size() == each * traits_.array_length
                                                  : !numbers.empty() && numbers.size() % each == 0;
    if (fits) return true;
    const size_t wanted = traits_.array && traits_.array_length ? each * traits_.array_length : each;
    wrong("takes " + std::to_string(wanted) + (wanted == 1 ? " number" : " numbers") +
          (traits_.array && !traits_.array_length ? " for each element" : ""));
    return false;
  }

  void clamp(std::vector<double>& numbers, Notes& notes) const {
    const auto minimum = control_numbers(info_.min());
    const auto maximum = control_numbers(info_.max());
    if (numbers.size() != 1 || minimum.size() != 1 || maximum.size() != 1) return;
    const double asked = std::exchange(numbers[0], std::clamp(numbers[0], minimum[0], maximum[0]));
    if (numbers[0] == asked) return;
    notes.push_back(setting_.name + " is " + text_of(numbers[0]) + " instead of " + text_of(asked) +
                    ": here it goes from " + text_of(minimum[0]) + " to " + text_of(maximum[0]));
  }

  // Rectangles and sizes are left to libcamera, which fits them to the sensor. Lists of values are not
  // complete: libcamera 0.7 leaves the server out of SyncMode's. Therefore every enumerator is accepted.
  bool is_in_range(const std::vector<double>& numbers) const {
    if (traits_.numbers_each != 1 || has_false_limits(setting_.name)) return true;
    if (!traits_.enumerators.empty()) return is_enumerator(numbers) || out_of_range();
    const auto minimum = control_numbers(info_.min());
    const auto maximum = control_numbers(info_.max());
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (!minimum.empty() && numbers[i] < minimum[std::min(i, minimum.size() - 1)]) return out_of_range();
      if (!maximum.empty() && numbers[i] > maximum[std::min(i, maximum.size() - 1)]) return out_of_range();
    }
    return is_listed(numbers);
  }

  bool is_enumerator(const std::vector<double>& numbers) const {
    return std::any_of(traits_.enumerators.begin(), traits_.enumerators.end(),
                       [&](const auto& each) { return numbers == std::vector<double>{double(each.first)}; });
  }

  bool is_listed(const std::vector<double>& numbers) const {
    if (info_.values().empty() || traits_.array) return true;
    const bool listed =
        std::any_of(info_.values().begin(), info_.values().end(),
                    [&](const ControlValue& value) { return control_numbers(value) == numbers; });
    return listed || out_of_range();
  }

  bool out_of_range() const {
    std::vector<std::string> names;
    for (const auto& [number, name] : traits_.enumerators)
      names.push_back(name + " (" + std::to_string(number) + ")");
    wrong(names.empty() ? "is out of its range " + info_.toString() : "has: " + join(names));
    return false;
  }

  const ControlSetting& setting_;
  const ControlId& id_;
  const ControlInfo& info_;
  Failure& failure_;
  ControlTraits traits_;
};

}  // namespace

bool add_controls(const ControlInfoMap& available, const std::vector<ControlSetting>& settings,
                  libcamera::ControlList& list, Notes& notes, Failure& failure) {
  for (const auto& setting : settings) {
    if (setting.name == "FrameDurationLimits") {
      failure.set("ERR_CAMERA_CONFIG",
                  "the frame rate is set by fps, not by the control FrameDurationLimits");
      return false;
    }
    const auto entry = std::find_if(available.begin(), available.end(),
                                    [&](const auto& each) { return each.first->name() == setting.name; });
    if (entry == available.end()) {
      set_unknown(available, setting.name, failure);
      return false;
    }
    const auto value = Setting(setting, *entry->first, entry->second, failure).value(notes);
    if (!value) return false;
    list.set(entry->first->id(), *value);
  }
  return true;
}

std::vector<ControlDescription> describe_controls(const ControlInfoMap& available) {
  std::vector<ControlDescription> descriptions;
  for (const auto& [id, info] : available) {
    const ControlTraits traits = control_traits(*id);
    descriptions.push_back({id->name(), type_name(traits.kind), traits.array, control_numbers(info.min()),
                            control_numbers(info.max()), control_numbers(info.def()),
                            supported_enumerators(traits, info)});
  }
  std::sort(descriptions.begin(), descriptions.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return descriptions;
}

}  // namespace pcs
