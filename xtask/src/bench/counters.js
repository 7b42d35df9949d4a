// Counts what a worker asks of WebGPU: in `webgpuCounts`, and for the page over a BroadcastChannel.
{
  const counts = (self.webgpuCounts = { dispatches: 0, submits: 0, pipelines: 0 });
  const before = (type, method, count) => {
    const original = type?.prototype[method];
    if (!original) return;
    type.prototype[method] = function (...args) {
      count.apply(this, args);
      return original.apply(this, args);
    };
  };
  before(self.GPUQueue, "submit", () => counts.submits++);
  before(self.GPUComputePassEncoder, "dispatchWorkgroups", () => counts.dispatches++);
  before(self.GPUComputePassEncoder, "dispatchWorkgroupsIndirect", () => counts.dispatches++);
  before(self.GPUDevice, "createComputePipeline", () => counts.pipelines++);
  before(self.GPUDevice, "createComputePipelineAsync", () => counts.pipelines++);
  // A buffer is live until it is destroyed or, when it was only dropped, collected.
  const live = new Map();
  let next = 0;
  const collected = new FinalizationRegistry((number) => live.delete(number));
  const createBuffer = self.GPUDevice?.prototype.createBuffer;
  if (createBuffer) {
    self.GPUDevice.prototype.createBuffer = function (descriptor) {
      const buffer = createBuffer.call(this, descriptor);
      buffer.collapseLabNumber = next++;
      live.set(buffer.collapseLabNumber, buffer.size);
      collected.register(buffer, buffer.collapseLabNumber);
      return buffer;
    };
  }
  before(self.GPUBuffer, "destroy", function () {
    live.delete(this.collapseLabNumber);
  });
  const channel = new BroadcastChannel("collapse-lab-bench");
  channel.onmessage = ({ data }) => {
    if (data !== "count") return;
    const bufferBytes = [...live.values()].reduce((sum, size) => sum + size, 0);
    channel.postMessage({ ...counts, buffers: live.size, bufferBytes });
  };
}
