#pragma once

/// Where the concurrency runtime of Swift looks for a program's own way to run jobs: null until
/// the program puts one there.
///
/// The runtime's own variable, `swift_task_enqueueGlobal_hook`. A linked reference, because a look
/// by name finds nothing in a program that bears the runtime within itself.
void *_Nullable *_Nonnull executor_hook(void);
