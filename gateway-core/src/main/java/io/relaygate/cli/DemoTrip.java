package io.relaygate.cli;

import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.LogEvent;
import io.relaygate.observe.SessionEnd;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One connection from the demo's client to a destination and back, and when it passed where. */
final class DemoTrip {

    private static final int PATIENCE = 10_000;

    /** Who saw what, when. */
    private record Hop(Instant time, String who, String what) {}

    private final Demo demo;
    private final Queue<LogEvent> audit;
    private final BooleanSupplier pause;

    /**
     * Makes trips.
     *
     * @param audit receives the audit lines of edge and site
     * @param pause waits a moment, and says false if there is no more time
     */
    DemoTrip(Demo demo, Queue<LogEvent> audit, BooleanSupplier pause) {
        this.demo = demo;
        this.audit = audit;
        this.pause = pause;
    }

    /** Where the ends of sessions are collected. */
    static Queue<LogEvent> collect(LogEvent event, Queue<LogEvent> into) {
        if (event.logger().equals(AuditTrail.LOGGER) && event.message().equals(SessionEnd.MESSAGE)) {
            into.add(event);
        }
        return into;
    }

    /** Asks for the page. */
    boolean http(PrintStream out) {
        String request = "GET / HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n";
        return make(out, "web", demo.page, request, answer -> answer.startsWith("HTTP/1.1 200") && answer.contains("It works"));
    }

    /** Sends a line to the echo and ends its own direction; the line must come back before the other end. */
    boolean echo(PrintStream out) {
        String line = "Hello through the relay!\n";
        return make(out, "echo", demo.echo, line, line::equals);
    }

    private interface Expectation {
        boolean met(String answer);
    }

    private boolean make(PrintStream out, String name, DemoDestination destination, String words, Expectation expected)
            {
        audit.clear();
        List<Hop> hops = new ArrayList<>();
        HostPort to = demo.entryPoint(name);
        String answer;
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE);
            hops.add(new Hop(Instant.now(), "client", "connects to " + to));
            socket.connect(new InetSocketAddress(to.host(), to.port()), PATIENCE);
            OutputStream request = socket.getOutputStream();
            request.write(words.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            hops.add(new Hop(Instant.now(), "client", "has the answer and its end: " + answer.length() + " bytes, "
                    + firstLine(answer)));
        } catch (IOException e) {
            return failed(out, name, String.valueOf(e.getMessage()));
        }
        DemoDestination.Visit visit = destination.last();
        if (!expected.met(answer) || visit == null) {
            return failed(out, name, answer.isEmpty() ? "nothing came back" : firstLine(answer));
        }
        hops.add(new Hop(visit.accepted(), "destination", destination.address() + " is connected to by the site"));
        if (visit.read() != null) {
            hops.add(new Hop(visit.read(), "destination", "has read the request and answers"));
        }
        hops.addAll(gateways(name));
        print(out, name, hops);
        return true;
    }

    private static boolean failed(PrintStream out, String name, String why) {
        out.println();
        out.println("The " + name + " round trip FAILED: " + why);
        return false;
    }

    private List<Hop> gateways(String name) {
        LogEvent edge;
        LogEvent site;
        do {
            edge = line("entryPoint", name);
            site = edge == null ? null : line("entryPoint", "hub");
        } while (site == null && pause.getAsBoolean());
        List<Hop> hops = new ArrayList<>();
        if (edge != null) {
            hops.add(new Hop(began(edge), "edge", "entry point " + name + ", route " + edge.values().get("route")
                    + ": dials " + edge.values().get("destination") + " through the relay " + demo.relayAddress()));
        }
        if (site != null) {
            hops.add(new Hop(began(site), "site", "entry point hub is offered the session by the relay, route "
                    + site.values().get("route") + ": dials " + site.values().get("destination")));
        }
        return hops;
    }

    private @Nullable LogEvent line(String key, String value) {
        return audit.stream().filter(event -> value.equals(event.values().get(key))).findFirst().orElse(null);
    }

    private static Instant began(LogEvent line) {
        return Instant.parse(String.valueOf(line.values().get("started")));
    }

    private static String firstLine(String answer) {
        return answer.lines().findFirst().orElse("");
    }

    private static void print(PrintStream out, String name, List<Hop> hops) {
        hops.sort(Comparator.comparing(Hop::time));
        Instant start = hops.getFirst().time();
        Instant before = start;
        out.println();
        out.println("The " + name + " round trip, hop by hop:");
        for (Hop hop : hops) {
            out.println(String.format(Locale.ROOT, "  %8.2f ms  %+8.2f  %-12s %s",
                    millis(start, hop.time()), millis(before, hop.time()), hop.who(), hop.what()));
            before = hop.time();
        }
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    /** A queue that is safe to fill from the threads that log. */
    static Queue<LogEvent> queue() {
        return new ConcurrentLinkedQueue<>();
    }
}
