package io.relaygate.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap that {@code relaygate run} has here: other commands have a small one of their own. */
final class Heap {

    /** As the launcher starts {@code run}; a test compares them. */
    static final int PERCENTAGE = 40;

    /** Further options, as the launcher takes them. */
    static final String OPTIONS = "RELAYGATE_JAVA_OPTS";

    private static final Pattern MAXIMUM = Pattern.compile("(?:-Xmx|-XX:MaxHeapSize=)(\\d+)([kKmMgGtT]?)");
    private static final Pattern SHARE = Pattern.compile("-XX:MaxRAMPercentage=(\\d+(?:\\.\\d+)?)");
    private static final String UNITS = "kmgt";

    private Heap() {}

    /** In bytes, with the options that the environment has for it, on this machine or in this container. */
    static long ofRun(Map<String, String> environment) {
        return of(environment.getOrDefault(OPTIONS, ""), memory());
    }

    /** The last of several options counts; a maximum counts more than a share. */
    static long of(String options, long memory) {
        long maximum = -1;
        double share = PERCENTAGE;
        for (String option : options.split("\\s+", -1)) {
            Matcher most = MAXIMUM.matcher(option);
            Matcher percent = SHARE.matcher(option);
            if (most.matches()) {
                int unit = most.group(2).isEmpty() ? -1 : UNITS.indexOf(Character.toLowerCase(most.group(2).charAt(0)));
                maximum = Long.parseLong(most.group(1)) << (10 * (unit + 1));
            } else if (percent.matches()) {
                share = Double.parseDouble(percent.group(1));
            }
        }
        return maximum >= 0 ? maximum : (long) (memory * share / 100);
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }
}
