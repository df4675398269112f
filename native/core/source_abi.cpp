#include "core/source_abi.h"

#include <string>
#include <utility>
#include <vector>

namespace pcs {
namespace {

using Kind = ControlAbi::Kind;

// A setting as plain data, which refers to the setting itself.
ControlAbi control_abi(const ControlSetting& setting) {
  static constexpr double kFalseAndTrue[] = {0, 1};
  const char* name = setting.name.c_str();
  if (const auto* flag = std::get_if<bool>(&setting.value))
    return {name, Kind::kBool, &kFalseAndTrue[*flag], 1, nullptr};
  if (const auto* number = std::get_if<double>(&setting.value))
    return {name, Kind::kNumber, number, 1, nullptr};
  if (const auto* text = std::get_if<std::string>(&setting.value))
    return {name, Kind::kText, nullptr, 0, text->c_str()};
  const auto& numbers = std::get<std::vector<double>>(setting.value);
  return {name, Kind::kNumbers, numbers.data(), static_cast<uint32_t>(numbers.size()), nullptr};
}

ControlSettingValue setting_value(const ControlAbi& control) {
  switch (control.kind) {
    case Kind::kBool:
      return control.numbers[0] != 0;
    case Kind::kNumber:
      return control.numbers[0];
    case Kind::kText:
      return std::string(control.text);
    case Kind::kNumbers:
      break;
  }
  return std::vector<double>(control.numbers, control.numbers + control.number_count);
}

// The giving side: a FrameSource behind C functions, with a sink that calls across the border.
class ExportedSource final : public FrameSink {
 public:
  explicit ExportedSource(std::unique_ptr<FrameSource> source) : source_(std::move(source)) {}

  FrameSource& source() { return *source_; }

  bool start(SinkAbi sink, Failure& failure) {
    sink_ = sink;
    return source_->start(*this, failure);
  }

  bool set_controls(const ControlAbi* controls, uint32_t count, Failure& failure) {
    std::vector<ControlSetting> settings;
    for (const auto* each = controls; each != controls + count; ++each)
      settings.push_back({each->name, setting_value(*each)});
    return source_->set_controls(settings, failure);
  }

  void on_frame(const RawFrame& frame) noexcept override { sink_.on_frame(sink_.self, &frame); }
  void on_event(SourceEvent event, const Failure& failure) noexcept override {
    sink_.on_event(sink_.self, event, &failure);
  }

 private:
  SinkAbi sink_{};
  std::unique_ptr<FrameSource> source_;  // last: destroyed first, while sink_ is still there
};

ExportedSource& exported(void* self) {
  return *static_cast<ExportedSource*>(self);
}

// The taking side.
class ImportedSource final : public FrameSource {
 public:
  explicit ImportedSource(const SourceAbi& abi) : abi_(abi) {}
  ~ImportedSource() override { abi_.destroy(abi_.self); }
  ImportedSource(const ImportedSource&) = delete;
  ImportedSource& operator=(const ImportedSource&) = delete;

  SourceInfo info() const override {
    SourceInfo info{};
    abi_.info(abi_.self, &info);
    return info;
  }

  bool start(FrameSink& sink, Failure& failure) override {
    const SinkAbi sink_abi{
        &sink,
        [](void* self, const RawFrame* frame) { static_cast<FrameSink*>(self)->on_frame(*frame); },
        [](void* self, SourceEvent event, const Failure* reason) {
          static_cast<FrameSink*>(self)->on_event(event, *reason);
        },
    };
    return abi_.start(abi_.self, sink_abi, &failure);
  }

  void stop() override { abi_.stop(abi_.self); }

  bool set_controls(const std::vector<ControlSetting>& settings, Failure& failure) override {
    std::vector<ControlAbi> controls;
    controls.reserve(settings.size());
    for (const auto& setting : settings) controls.push_back(control_abi(setting));
    return abi_.set_controls(abi_.self, controls.data(), static_cast<uint32_t>(controls.size()), &failure);
  }

  SourceCounters counters() const override {
    SourceCounters counters{};
    abi_.counters(abi_.self, &counters);
    return counters;
  }

 private:
  SourceAbi abi_;
};

}  // namespace

SourceAbi export_source(std::unique_ptr<FrameSource> source) {
  return SourceAbi{
      kSourceAbiVersion,
      new ExportedSource(std::move(source)),
      [](void* self, SourceInfo* out) { *out = exported(self).source().info(); },
      [](void* self, SinkAbi sink, Failure* failure) { return exported(self).start(sink, *failure); },
      [](void* self) { exported(self).source().stop(); },
      [](void* self, const ControlAbi* controls, uint32_t count, Failure* failure) {
        return exported(self).set_controls(controls, count, *failure);
      },
      [](void* self, SourceCounters* out) { *out = exported(self).source().counters(); },
      [](void* self) { delete static_cast<ExportedSource*>(self); },
  };
}

std::unique_ptr<FrameSource> import_source(const SourceAbi& abi) {
  return std::make_unique<ImportedSource>(abi);
}

}  // namespace pcs
