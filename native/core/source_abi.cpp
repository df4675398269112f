#include "core/source_abi.h"

#include <utility>

namespace pcs {
namespace {

// The giving side: a FrameSource behind C functions, with a sink that calls across the border.
class ExportedSource final : public FrameSink {
 public:
  explicit ExportedSource(std::unique_ptr<FrameSource> source) : source_(std::move(source)) {}

  FrameSource& source() { return *source_; }

  bool start(SinkAbi sink, Failure& failure) {
    sink_ = sink;
    return source_->start(*this, failure);
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
      [](void* self, SourceCounters* out) { *out = exported(self).source().counters(); },
      [](void* self) { delete static_cast<ExportedSource*>(self); },
  };
}

std::unique_ptr<FrameSource> import_source(const SourceAbi& abi) {
  return std::make_unique<ImportedSource>(abi);
}

}  // namespace pcs
