import { type FaultGroup, type Told } from './container-fault.ts';
import { lastLogs, rollBack } from './container-fixes.ts';
import { troubleOf } from './crash-trouble.ts';
import { endWords, lastWords, logWords, restartWords } from './end-words.ts';
import { lookAtPeer } from './log-aid.ts';
import { optional } from './optional.ts';
import { peerOf, type Peer } from './peer.ts';

/** What is said of a program that ends with a code of its own: app containers and init containers alike. */
export function tellAppExit(group: FaultGroup, looping: string): Told {
  const { first, words, owner } = group;
  // With restartPolicy Never, and before the first restart, there is no loop.
  const state = (first.state.status?.restartCount ?? 0) === 0 ? 'ended' : looping;
  const exitCode = first.state.terminated?.exitCode;
  const peer = peerOf(group.snapshot, first.crash, owner.namespace);
  const trouble = troubleOf(group);
  const reason = peer === undefined ? (trouble === undefined ? '' : `: ${trouble.words}`) : `: it ${peer.words}`;
  const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  return {
    message: `${capital(words)} ${state}${code}${reason}`,
    cause: `Container "${group.container}" ${endWords(first.state)}${restartWords(first.state)}, and ${logWords(first) ?? lastWords(first.state)}.`,
    ...optional('because', peer?.because ?? trouble?.because),
    notes: notesOf(group, peer),
    detail: { container: group.container, ...optional('exitCode', exitCode) },
    fixes: [...(peer?.service === undefined ? [] : [lookAtPeer(group, peer)]), ...rollBack(group), lastLogs(group)],
  };
}

function notesOf(group: FaultGroup, peer: Peer | undefined): readonly string[] {
  const { first } = group;
  const notes: string[] = [...(troubleOf(group)?.notes ?? [])];
  if (peer?.note !== undefined) notes.push(peer.note);
  if (first.state.terminated?.exitCode === 143) {
    notes.push('Exit code 143 means that something asked the program to stop (SIGTERM); no event says what.');
  }
  if (first.unsaid === true) {
    notes.push(
      'Set terminationMessagePolicy: FallbackToLogsOnError on the container, and the status will hold the last lines of its output.',
    );
  }
  return notes;
}

/** The words with a capital letter, to begin a headline. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
