export type Answering = (input: { body: unknown; query: unknown; params: unknown }) => unknown;

/** How control routes are declared: method and path, and what to answer; POST answers 200 unless told otherwise. */
export type Declare = (methodAndPath: string, answer: Answering, status?: number) => void;
