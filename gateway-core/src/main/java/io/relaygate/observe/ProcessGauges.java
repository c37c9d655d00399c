package io.relaygate.observe;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Numbers about the process: memory, threads, open files, processor time. */
public final class ProcessGauges {

    private ProcessGauges() {}

    /** Registers them. The beans are looked up at the first scrape, which keeps them out of the start. */
    public static void register(Metrics metrics) {
        metrics.gauge("process_heap_used_bytes", "Heap in use, garbage included.",
                () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        metrics.gauge("process_platform_threads", "Platform threads alive; virtual threads are not among them.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        metrics.gauge("process_open_fds", "Open file descriptors; -1 where the platform does not tell.",
                () -> ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getOpenFileDescriptorCount()
                        : -1);
        metrics.gauge("process_cpu_seconds", "Processor time used so far.",
                () -> ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getProcessCpuTime() / 1e9
                        : -1);
        metrics.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.",
                () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
    }
}
