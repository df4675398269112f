#include "fault_table.h"

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

#include "interpose.h"

namespace {

struct Line {
  std::string kind;
  std::string argument;
  std::string id_part;
};

// Never destroyed: its thread runs until the process ends.
struct Table {
  const std::string file = setting("CAMERA_FAULTS_FILE");
  std::mutex mutex;
  std::vector<Line> lines;
  std::function<void()> changed;
};

std::vector<Line> read_lines(const std::string& file) {
  std::vector<Line> lines;
  std::ifstream stream(file);
  for (std::string text; std::getline(stream, text);) {
    Line line;
    std::istringstream words(text);
    if (!(words >> line.kind >> line.id_part)) continue;
    if (const size_t equals = line.kind.find('='); equals != std::string::npos) {
      line.argument = line.kind.substr(equals + 1);
      line.kind.resize(equals);
    }
    lines.push_back(line);
  }
  return lines;
}

void watch(Table& table) {
  struct stat seen{};
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    struct stat now{};
    if (stat(table.file.c_str(), &now) != 0) continue;
    // A file put in the place of another within the same tick of the clock has another number.
    if (now.st_ino == seen.st_ino && now.st_mtim.tv_sec == seen.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == seen.st_mtim.tv_nsec)
      continue;
    seen = now;
    std::vector<Line> lines = read_lines(table.file);
    std::unique_lock lock(table.mutex);
    table.lines = std::move(lines);
    const auto changed = table.changed;
    lock.unlock();
    if (changed) changed();
  }
}

Table& table() {
  static Table* const instance = [] {
    auto* made = new Table;
    if (made->file.empty()) return made;
    made->lines = read_lines(made->file);
    std::thread(watch, std::ref(*made)).detach();
    return made;
  }();
  return *instance;
}

}  // namespace

std::optional<std::string> fault(const char* kind, const std::string& camera_id) {
  Table& all = table();
  const std::lock_guard lock(all.mutex);
  for (const Line& line : all.lines) {
    if (line.kind != kind) continue;
    if (line.id_part == "*" || camera_id == "*" || camera_id.find(line.id_part) != std::string::npos)
      return line.argument;
  }
  return std::nullopt;
}

std::optional<int> fault_number(const char* kind, const std::string& camera_id, int otherwise) {
  const auto argument = fault(kind, camera_id);
  if (!argument) return std::nullopt;
  return argument->empty() ? otherwise : std::stoi(*argument);
}

void on_faults_changed(std::function<void()> call) {
  Table& all = table();
  const std::lock_guard lock(all.mutex);
  all.changed = std::move(call);
}
