/** What a person does about a rollout: never without being told what it will do, and never without a reason. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useState } from 'react';
import { saysSomething } from '../../../presentation/text';
import type { Action, RolloutSeen } from '../../api/contract';
import { act } from '../ask';
import { Cloudscape } from '../parts/cloudscape';
import { Text } from '../parts/text';
import { Refused } from '../refused';
import { sentenceCase } from '../say';

export const actionTitles: Readonly<Record<Action, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  retry: 'Try again',
  pause: 'Pause',
  resume: 'Resume',
  abort: 'Abort',
  rollback: 'Roll back',
};

const turnOf = ({ rollout }: RolloutSeen): number => rollout.lastStep?.input.step ?? 0;

interface ActProps {
  readonly seen: RolloutSeen;
  readonly action: Action;
  /** The rollout is not as the person saw it. */
  readonly onMoved: () => void;
  readonly onClose: (sent: boolean) => void;
}

export function ActDialog({ seen, action, onMoved, onClose }: ActProps) {
  // What is confirmed is what was read: the page goes on polling behind the dialog.
  const [read, setRead] = useState(seen);
  const [reason, setReason] = useState('');
  const [isTried, setIsTried] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Refused>();
  useFocusBack();
  // Pause and abort mean the rollout whatever it is doing: one that runs moves on every second.
  const isAnswer = action !== 'pause' && action !== 'abort';
  const hasMoved = isAnswer && (turnOf(seen) !== turnOf(read) || seen.actions[action] !== read.actions[action]);
  const consequence = (isAnswer ? read : seen).actions[action];
  const send = async (): Promise<void> => {
    setIsTried(true);
    if (!saysSomething(reason)) return;
    setIsSending(true);
    try {
      await act(read.rollout.id, action, { reason: reason.trim(), step: turnOf(read) });
      onClose(true);
    } catch (error) {
      setIsSending(false);
      if (!(error instanceof Refused)) throw error;
      if (error.status === 409) onMoved();
      setProblem(error);
    }
  };
  return (
    <Cloudscape>
      <Modal
        visible
        header={`${actionTitles[action]}: rollout ${read.rollout.id}`}
        closeAriaLabel="Close"
        onDismiss={() => onClose(false)}
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => onClose(false)}>
                Cancel
              </Button>
              <Button
                variant="primary"
                loading={isSending}
                disabled={hasMoved || consequence === undefined}
                onClick={() => void send()}
              >
                {actionTitles[action]}
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <p className="consequence">
            <Text>{consequence === undefined ? 'This is not possible any more.' : sentenceCase(consequence)}</Text>
          </p>
          {hasMoved ? (
            <MovedOn
              onRead={() => {
                setRead(seen);
                setProblem(undefined);
              }}
            />
          ) : undefined}
          {problem === undefined ? undefined : (
            <Alert type="error">
              <Text>{`${sentenceCase(problem.message)}. Next: ${problem.next}.`}</Text>
            </Alert>
          )}
          <FormField
            label="Reason"
            description="It stands in the rollout's log, with your name."
            errorText={isTried && !saysSomething(reason) ? 'Say why, for those who read the log later.' : undefined}
          >
            <Textarea
              value={reason}
              rows={3}
              autoFocus
              ariaRequired
              onChange={({ detail }) => setReason(detail.value.slice(0, reasonMax))}
            />
          </FormField>
        </SpaceBetween>
      </Modal>
    </Cloudscape>
  );
}

/** Who came by keyboard goes on where the dialog was opened; a button that is not there any more is passed over to the view. */
function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const back = opener?.isConnected ? opener : document.querySelector('main');
      if (back instanceof HTMLElement) back.focus();
    },
    [opener],
  );
}

const MovedOn = ({ onRead }: { readonly onRead: () => void }) => (
  <Alert type="warning" action={<Button onClick={onRead}>Read it again</Button>}>
    The rollout has moved on since you opened this. Read again what it would do now.
  </Alert>
);

/** As the server has it. */
const reasonMax = 500;
