import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These wait for processes, locks and timers most of their time: begun first, they leave the CPU to the others. */
const WAITING = /\/test\/(path|commands|embedded|deploy)\//;

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification) => WAITING.test(moduleId);
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/every-test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 4, // on two cores: a third of them waits
    isolate: false, // files share what they import: loading all of it for each would take a third of the time
    sequence: { sequencer: WaitingFirst },
  },
});
