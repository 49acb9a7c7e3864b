import { loopbackAddress, sharedAddress } from './loopback';

it("tells a pod's address as a shared one, and knows it again", () => {
  expect(sharedAddress('127.64.0.1')).toBe('100.64.0.1');
  for (const address of ['127.64.0.1', '127.99.2.3', '127.127.255.254']) {
    expect(loopbackAddress(sharedAddress(address))).toBe(address);
  }
  for (const other of ['100.63.0.1', '100.128.0.1', '10.244.100.64']) {
    expect(loopbackAddress(other)).toBe(other);
  }
});
