#include "sources/libcamera/control_traits.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace pcs {
namespace {

using libcamera::ControlType;
using libcamera::ControlValue;

ControlKind kind_of(ControlType type) {
  switch (type) {
    case libcamera::ControlTypeBool:
      return ControlKind::kBool;
    case libcamera::ControlTypeFloat:
      return ControlKind::kFloat;
    case libcamera::ControlTypeString:
      return ControlKind::kString;
    case libcamera::ControlTypeRectangle:
      return ControlKind::kRectangle;
    case libcamera::ControlTypeSize:
      return ControlKind::kSize;
    case libcamera::ControlTypeByte:
    case libcamera::ControlTypeInteger32:
    case libcamera::ControlTypeInteger64:
      return ControlKind::kInteger;
#if PCS_LIBCAMERA_DESCRIBES_CONTROLS
    case libcamera::ControlTypeUnsigned16:
    case libcamera::ControlTypeUnsigned32:
      return ControlKind::kInteger;
    case libcamera::ControlTypePoint:
      return ControlKind::kPoint;
#endif
    default:
      return ControlKind::kUnsupported;
  }
}

size_t numbers_each(ControlKind kind) {
  switch (kind) {
    case ControlKind::kRectangle:
      return 4;
    case ControlKind::kSize:
    case ControlKind::kPoint:
      return 2;
    default:
      return 1;
  }
}

// How one element of a control becomes numbers, and the reverse.
template <typename T>
struct Element {
  static void append(const T& value, std::vector<double>& out) { out.push_back(static_cast<double>(value)); }
  static bool parse(const double* numbers, T& out) {
    if constexpr (std::is_integral_v<T>) {
      // Compared as doubles: the largest int64 is no double, so its limit is exclusive.
      constexpr double kEnd = static_cast<double>(std::numeric_limits<T>::max() / 2 + 1) * 2;
      if (*numbers != std::floor(*numbers)) return false;
      if (*numbers < static_cast<double>(std::numeric_limits<T>::min()) || *numbers >= kEnd) return false;
    } else {
      // NaN is refused as well: no comparison holds for it.
      if (!(std::abs(*numbers) <= std::numeric_limits<T>::max())) return false;
    }
    out = static_cast<T>(*numbers);
    return true;
  }
};

template <>
struct Element<bool> {
  static void append(const bool& value, std::vector<double>& out) { out.push_back(value ? 1 : 0); }
  static bool parse(const double* numbers, bool& out) {
    out = *numbers != 0;
    return true;
  }
};

template <>
struct Element<libcamera::Rectangle> {
  static void append(const libcamera::Rectangle& value, std::vector<double>& out) {
    out.insert(out.end(), {double(value.x), double(value.y), double(value.width), double(value.height)});
  }
  static bool parse(const double* numbers, libcamera::Rectangle& out) {
    return Element<int>::parse(numbers, out.x) && Element<int>::parse(numbers + 1, out.y) &&
           Element<unsigned>::parse(numbers + 2, out.width) &&
           Element<unsigned>::parse(numbers + 3, out.height);
  }
};

template <>
struct Element<libcamera::Size> {
  static void append(const libcamera::Size& value, std::vector<double>& out) {
    out.insert(out.end(), {double(value.width), double(value.height)});
  }
  static bool parse(const double* numbers, libcamera::Size& out) {
    return Element<unsigned>::parse(numbers, out.width) && Element<unsigned>::parse(numbers + 1, out.height);
  }
};

template <>
struct Element<libcamera::Point> {
  static void append(const libcamera::Point& value, std::vector<double>& out) {
    out.insert(out.end(), {double(value.x), double(value.y)});
  }
  static bool parse(const double* numbers, libcamera::Point& out) {
    return Element<int>::parse(numbers, out.x) && Element<int>::parse(numbers + 1, out.y);
  }
};

// Calls visitor.operator()<T>() with the C++ type of a control type. False for types that hold no numbers.
template <typename Visitor>
bool visit_type(ControlType type, Visitor&& visitor) {
  switch (type) {
    case libcamera::ControlTypeBool:
      return visitor.template operator()<bool>();
    case libcamera::ControlTypeByte:
      return visitor.template operator()<uint8_t>();
    case libcamera::ControlTypeInteger32:
      return visitor.template operator()<int32_t>();
    case libcamera::ControlTypeInteger64:
      return visitor.template operator()<int64_t>();
    case libcamera::ControlTypeFloat:
      return visitor.template operator()<float>();
    case libcamera::ControlTypeRectangle:
      return visitor.template operator()<libcamera::Rectangle>();
    case libcamera::ControlTypeSize:
      return visitor.template operator()<libcamera::Size>();
#if PCS_LIBCAMERA_DESCRIBES_CONTROLS
    case libcamera::ControlTypeUnsigned16:
      return visitor.template operator()<uint16_t>();
    case libcamera::ControlTypeUnsigned32:
      return visitor.template operator()<uint32_t>();
    case libcamera::ControlTypePoint:
      return visitor.template operator()<libcamera::Point>();
#endif
    default:
      return false;
  }
}

}  // namespace

ControlTraits control_traits(const libcamera::ControlId& id) {
  ControlTraits traits{};
  traits.kind = kind_of(id.type());
  traits.numbers_each = numbers_each(traits.kind);
#if PCS_LIBCAMERA_DESCRIBES_CONTROLS
  traits.array = id.isArray();
  traits.array_length = id.size() == libcamera::dynamic_extent ? 0 : id.size();
  traits.enumerators = id.enumerators();
#else
  const unsigned number = id.id();
  // ScalerCrops is Raspberry Pi's own, whose number is not in every header.
  traits.array = number == libcamera::controls::COLOUR_GAINS || number == libcamera::controls::AF_WINDOWS ||
                 number == libcamera::controls::COLOUR_CORRECTION_MATRIX || id.name() == "ScalerCrops";
  if (number == libcamera::controls::COLOUR_GAINS) traits.array_length = 2;
  if (number == libcamera::controls::COLOUR_CORRECTION_MATRIX) traits.array_length = 9;
#endif
  return traits;
}

std::vector<double> control_numbers(const ControlValue& value) {
  std::vector<double> numbers;
  visit_type(value.type(), [&]<typename T>() {
    const uint8_t* bytes = value.data().data();
    for (size_t i = 0; i < value.numElements(); ++i) {
      T element{};
      std::memcpy(&element, bytes + i * sizeof(T), sizeof(T));
      Element<T>::append(element, numbers);
    }
    return true;
  });
  return numbers;
}

bool make_control_value(ControlType type, bool array, const std::vector<double>& numbers, ControlValue& out) {
  return visit_type(type, [&]<typename T>() {
    const size_t each = numbers_each(kind_of(type));
    const size_t count = numbers.size() / each;
    out.reserve(type, array, count);
    uint8_t* bytes = out.data().data();
    for (size_t i = 0; i < count; ++i) {
      T element{};
      if (!Element<T>::parse(numbers.data() + i * each, element)) return false;
      std::memcpy(bytes + i * sizeof(T), &element, sizeof(T));
    }
    return true;
  });
}

}  // namespace pcs
