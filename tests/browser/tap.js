// Records what leaves the player's output, frame by frame, with the number of the first frame.
window.tapped = [];
const TAP = `registerProcessor("tap", class extends AudioWorkletProcessor {
  process([input]) {
    if (input.length) this.port.postMessage([currentFrame, input[0]]);
    return true;
  }
});`;
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
  if (target === this.context.destination && this instanceof GainNode) {
    const module = URL.createObjectURL(new Blob([TAP], { type: "text/javascript" }));
    this.context.audioWorklet.addModule(module).then(() => {
      const tap = new AudioWorkletNode(this.context, "tap", { numberOfOutputs: 1 });
      tap.port.onmessage = ({ data }) => window.tapped.push([data[0], Array.from(data[1]), Date.now()]);
      connect.call(this, tap);
      connect.call(tap, this.context.destination);
    });
  }
  return connect.call(this, target, ...rest);
};
