// A camera's control and the value that it is to have.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace pcs {

// A rectangle is {x, y, width, height}, a size {width, height}; an array of rectangles is four numbers each.
// A string is the name of an enumerator.
using ControlSettingValue = std::variant<bool, double, std::string, std::vector<double>>;

struct ControlSetting {
  std::string name;
  ControlSettingValue value;
};

}  // namespace pcs
