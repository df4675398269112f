// The faults that are on at the moment, by the file that CAMERA_FAULTS_FILE names.
//
// A line is `KIND[=ARGUMENT] ID-PART` and holds for the cameras whose id contains ID-PART; `*` for all of
// them. The file is looked at every few milliseconds, so faults begin and end while cameras run. Whoever
// changes it puts a new one in its place (rename), so that no half of one is read.
#pragma once

#include <functional>
#include <optional>
#include <string>

// The argument of the fault, empty when it has none; nothing when the fault is not on. The camera `*` is any.
// Any thread.
std::optional<std::string> fault(const char* kind, const std::string& camera_id);

// As a number; `otherwise` when it has none.
std::optional<int> fault_number(const char* kind, const std::string& camera_id, int otherwise);

// Called by a thread of its own whenever the file has changed. One function, set once.
void on_faults_changed(std::function<void()> call);
