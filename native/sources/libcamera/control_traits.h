// The types of libcamera's controls, and their values as plain numbers.
#pragma once

#include <libcamera/control_ids.h>
#include <libcamera/controls.h>
#include <libcamera/version.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

// Since 0.4 libcamera tells the enumerators of a control and the length of an array, and has more types.
#define PCS_LIBCAMERA_DESCRIBES_CONTROLS (LIBCAMERA_VERSION_MAJOR > 0 || LIBCAMERA_VERSION_MINOR >= 4)

namespace pcs {

// What a control is, apart from its width in bits.
enum class ControlKind { kUnsupported, kBool, kInteger, kFloat, kString, kRectangle, kSize, kPoint };

struct ControlTraits {
  ControlKind kind;
  size_t numbers_each;  // numbers in one element: 4 of a rectangle
  bool array;
  size_t array_length;  // elements; 0: any number of them
  std::map<int32_t, std::string> enumerators;
};

ControlTraits control_traits(const libcamera::ControlId& id);

// The numbers in a value, one element after the other. Empty for none, and for a string.
std::vector<double> control_numbers(const libcamera::ControlValue& value);

// The reverse. Each number must fit the type: false when it has a fraction or is out of the type's range.
bool make_control_value(libcamera::ControlType type, bool array, const std::vector<double>& numbers,
                        libcamera::ControlValue& out);

}  // namespace pcs
