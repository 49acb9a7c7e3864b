import type { Container } from '../kubernetes/objects/pod';
import type { LocalImage } from './images';
import { pauseAfter, PodSetting } from './pod-setting';
import { sleep } from './sleep';

/** Who hears how a pull goes. */
export interface PullListener {
  say(type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** The container waits, and why. */
  wait(reason: string, message: string): void;
}

/** Brings a container's image to this machine, as its pull policy says. */
export class ImagePuller {
  private failures = 0;

  constructor(
    private readonly container: Container,
    private readonly setting: PodSetting,
    private readonly listener: PullListener,
  ) {}

  /** @returns undefined when it is never to be pulled, or `signal` ended it */
  async image(signal: AbortSignal): Promise<LocalImage | undefined> {
    const { listener, setting } = this;
    const { image: name = '', imagePullPolicy } = this.container;
    const there = setting.images.present(name);
    if (there && imagePullPolicy !== 'Always') {
      const message = `Container image "${name}" already present on machine`;
      listener.say('Normal', 'Pulled', message);
      return there;
    }
    if (imagePullPolicy === 'Never') {
      const message = `Container image "${name}" is not present with pull policy of Never`;
      listener.say('Warning', 'ErrImageNeverPull', message);
      listener.wait('ErrImageNeverPull', message);
      return undefined;
    }
    while (!signal.aborted) {
      const began = Date.now();
      listener.say('Normal', 'Pulling', `Pulling image "${name}"`);
      const { image, failure = '' } = await setting.images.pull(name);
      if (image) {
        const took = `${Date.now() - began}ms`;
        listener.say(
          'Normal',
          'Pulled',
          `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: ${image.sizeBytes} bytes.`,
        );
        return image;
      }
      await this.pause(name, failure, signal);
    }
    return undefined;
  }

  private async pause(name: string, failure: string, signal: AbortSignal) {
    const { listener, setting } = this;
    listener.say(
      'Warning',
      'Failed',
      `Failed to pull image "${name}": ${failure}`,
    );
    listener.say('Warning', 'Failed', 'Error: ErrImagePull');
    listener.wait('ErrImagePull', failure);
    await sleep(setting.timing.retry, signal);
    if (signal.aborted) return;
    const message = `Back-off pulling image "${name}"`;
    listener.say('Normal', 'BackOff', message);
    listener.say('Warning', 'Failed', 'Error: ImagePullBackOff');
    listener.wait('ImagePullBackOff', `${message}: ErrImagePull: ${failure}`);
    await sleep(pauseAfter(++this.failures, setting.timing), signal);
  }
}
