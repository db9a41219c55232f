/** Asking the node from a view: loading, failing, trying again, one thing at a time. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { failureText } from "../api/request.ts";

/** What came of asking. `data` stays while it is asked again, so that nothing flickers. */
export type Loaded<T> = {
  readonly data: T | null;
  readonly problem: string | null;
  readonly loading: boolean;
  /** Asks again. */
  readonly reload: () => void;
  /** Replaces the data, after a change that answered with the new state for instance. */
  readonly set: (data: T) => void;
};

/** Asks when the view appears and whenever `key` changes; the answer to an outdated question is dropped. */
export function useLoaded<T>(ask: (signal: AbortSignal) => Promise<T>, key: string): Loaded<T> {
  const [data, setData] = useState<T | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  // `key` and `turn` say when to ask again.
  useEffect(() => {
    const ending = new AbortController();
    setLoading(true);
    ask(ending.signal).then(
      (answer) => {
        if (ending.signal.aborted) return;
        setData(answer);
        setProblem(null);
        setLoading(false);
      },
      (error: unknown) => {
        if (ending.signal.aborted) return;
        setProblem(failureText(error));
        setLoading(false);
      },
    );
    return () => ending.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { data, problem, loading, reload, set: setData };
}

/** A change that the person asked for. */
export type Task = {
  readonly busy: boolean;
  /** Whether one is under way now; `busy` is what it was when the view was drawn. */
  readonly running: () => boolean;
  readonly problem: string | null;
  /** Runs it unless one is under way; a failure becomes `problem`. Answers whether it worked. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
  readonly clear: () => void;
};

/** One change at a time, with its failure as a sentence. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(failureText(error));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setProblem(null), []);
  const isRunning = useCallback(() => running.current, []);
  return { busy, running: isRunning, problem, run, clear };
}
