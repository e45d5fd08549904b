/* process.h - which process this is: asked of the system once, and again in the child of a fork. */
#ifndef LA_BASE_PROCESS_H
#define LA_BASE_PROCESS_H

/* getpid(), without its system call. */
long la_process(void);

#endif
