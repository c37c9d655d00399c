package io.relaygate.net;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What the system lets the process have open, sockets among it. */
public final class OpenFiles {

    private OpenFiles() {}

    /** How many files may be open at once; -1 where the platform does not tell. */
    public static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : -1;
    }
}
