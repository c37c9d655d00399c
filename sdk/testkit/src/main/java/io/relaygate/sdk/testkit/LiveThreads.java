package io.relaygate.sdk.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The threads of this process, virtual ones too, without those that the JDK, JUnit and the gateway's timer keep for good. */
final class LiveThreads {

    private static final Pattern HEAD = Pattern.compile("#(\\d+) \"(.*)\".*");
    private static final Pattern FOR_GOOD = Pattern.compile("deadlines|junit-.*|ForkJoinPool.*|VirtualThread-.*|"
            + "Common-Cleaner|Cleaner-.*|process reaper.*|Attach Listener|Reference Handler|Finalizer|Signal Dispatcher|"
            + "Notification Thread|.* CompilerThread.*|.*Poller.*|Unix-.*|Keep-Alive-.*|"
            + "surefire.*|ThreadDump.*|JarIndex.*|idle-connection.*|RMI .*|");
    private static final int DEEP = 12;

    private record Seen(long id, String name, String stack) {}

    private LiveThreads() {}

    /** Their numbers. */
    static Set<Long> ids() {
        Set<Long> ids = new TreeSet<>();
        all().forEach(thread -> ids.add(thread.id()));
        return ids;
    }

    /** Those with other numbers: name, and where they are. */
    static List<String> since(Set<Long> before) {
        return all().stream()
                .filter(thread -> !before.contains(thread.id()) && !FOR_GOOD.matcher(thread.name()).matches())
                .map(thread -> "'" + thread.name() + "' at " + thread.stack())
                .toList();
    }

    /** Read from a dump: nothing else tells of virtual threads. */
    private static List<Seen> all() {
        List<Seen> all = new ArrayList<>();
        List<String> lines = dump();
        for (int i = 0; i < lines.size(); i++) {
            Matcher head = HEAD.matcher(lines.get(i));
            if (head.matches()) {
                List<String> stack = lines.subList(i + 1, lines.size()).stream()
                        .takeWhile(line -> line.startsWith(" "))
                        .filter(line -> !line.isBlank())
                        .map(line -> line.strip().replaceFirst("^at ", ""))
                        .limit(DEEP)
                        .toList();
                all.add(new Seen(Long.parseLong(head.group(1)), head.group(2), String.join(" < ", stack)));
            }
        }
        return all;
    }

    private static List<String> dump() {
        try (Folder folder = Folder.make()) {
            Path file = folder.path().resolve("threads.txt");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
