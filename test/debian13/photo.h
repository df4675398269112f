// A photograph as camera frames: decoded and scaled with no conversion of colour, so full-range BT.601 as
// JFIF means it. Shared by the interposing library, which plays it, and by the test, which compares with it.
#pragma once

#include <libyuv.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

struct Photo {
  int width;
  int height;
  std::vector<uint8_t> y, u, v;  // no padding; chroma halved in both directions

  Photo(int w, int h)
      : width(w), height(h), y(size_t(w) * h), u(size_t(chroma_width()) * chroma_height()), v(u.size()) {}
  int chroma_width() const { return (width + 1) / 2; }
  int chroma_height() const { return (height + 1) / 2; }

  static Photo load(const std::string& path, int width, int height) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto* jpeg = reinterpret_cast<const uint8_t*>(bytes.data());
    int full_width = 0, full_height = 0;
    if (libyuv::MJPGSize(jpeg, bytes.size(), &full_width, &full_height) != 0)
      throw std::runtime_error(path + " is no JPEG");
    Photo full(full_width, full_height), scaled(width, height);
    if (libyuv::MJPGToI420(jpeg, bytes.size(), full.y.data(), full_width, full.u.data(), full.chroma_width(),
                           full.v.data(), full.chroma_width(), full_width, full_height, full_width,
                           full_height) != 0)
      throw std::runtime_error(path + " cannot be decoded");
    libyuv::I420Scale(full.y.data(), full_width, full.u.data(), full.chroma_width(), full.v.data(),
                      full.chroma_width(), full_width, full_height, scaled.y.data(), width, scaled.u.data(),
                      scaled.chroma_width(), scaled.v.data(), scaled.chroma_width(), width, height,
                      libyuv::kFilterBox);
    return scaled;
  }
};
