#include "CExecutor.h"

extern void *swift_task_enqueueGlobal_hook;

void **executor_hook(void) { return &swift_task_enqueueGlobal_hook; }
