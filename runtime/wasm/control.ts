/**
 * How threads talk: words at the start of the shared memory, those that different threads write 64 bytes apart.
 *
 * The calling thread writes a job (`module` … `tasks`), sets `next` to 0, opens the door (`open` = 1), raises `seq` and wakes
 * sleepers. A worker that sees a new `seq` first counts itself into `active`, then looks whether the door is open; only
 * then may it read the job and take tasks from `next`. When the tasks are taken the caller closes the door and waits until
 * `active` is 0: then nobody reads the job any more, every task is done, and the next job may be written. A worker that
 * comes late finds the door closed, or the next job. Nobody ever waits for a worker that has not come.
 */
export const control = {
  /** Raised for every job; workers sleep on it. */
  seq: 16,
  /** Workers asleep on `seq`. */
  sleeping: 32,
  /** 1 while the job below may be read. */
  open: 48,
  /** First task that nobody has taken. */
  next: 64,
  /** Workers that may be reading the job; the caller sleeps on it. */
  active: 80,
  /** 1 while the caller sleeps on `active`. */
  waiting: 81,
  /** Workers that have started, whether or not they have work. */
  ready: 96,
  /** 1: workers end. */
  quit: 112,
  /** 1: workers note when they worked. */
  watched: 113,
  /** Length in UTF-16 units of the message of the first task that failed, 0 when none has; the text begins at `text`. */
  failed: 128,
  /** The job: number, address and length of its module, which of its functions, its arguments, how tasks are taken. */
  module: 144,
  address: 145,
  length: 146,
  phase: 147,
  args: 148,
  tasks: 149,
  chunk: 150,
  /** Scratch memory of the caller, and bytes from one thread to the next. */
  scratch: 151,
  stride: 152,
  text: 160,
} as const;

export type Control = typeof control;
export type Diary = typeof diary;

/** Most UTF-16 units of a failure that are kept. */
export const textLength = 480;

/** Where values without elements lie: an address like any other, at which nobody reads or writes. */
export const nowhere = 1664;

/** Where workers note when they worked: two f64 for each, from number 1; those beyond `most` do not. */
export const diary = { index: 216, most: 20 } as const;

/** Bytes at address 0 that belong to the threads. */
export const controlBytes = 2048;
