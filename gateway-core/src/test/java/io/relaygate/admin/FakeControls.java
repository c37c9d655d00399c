package io.relaygate.admin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

final class FakeControls implements Controls {

    volatile Readiness readiness = Readiness.READY;
    volatile boolean defect;
    final List<String> problems = new ArrayList<>();
    final AtomicInteger reloads = new AtomicInteger();

    @Override
    public Readiness readiness() {
        return readiness;
    }

    @Override
    public List<String> reload() {
        if (defect) {
            throw new IllegalStateException("planted");
        }
        reloads.incrementAndGet();
        return problems;
    }

    @Override
    public List<Plugin> plugins() {
        return List.of(
                new Plugin("tcp.jar", "tcp", "1.0.0", List.of("tcp"), "nothing", "LOADED", null),
                new Plugin("bad.jar", null, null, List.of(), "", "REFUSED", "zip file is empty"));
    }

    @Override
    public Map<String, String> addresses() {
        return Map.of("in", "127.0.0.1:7000");
    }

    @Override
    public Status status() {
        return new Status(
                "1f2e",
                List.of(new Status.Site("oslo", "tunnel", "weu", "up", 2, 14, 1200, "")),
                List.of(),
                List.of(new Status.Lane("edge", "oslo", 1, "site-1", "weu", true, 5, -1, 14, 10, 32768, 3, 4, 5, "")));
    }

    @Override
    public BenchReport bench(BenchRequest request) throws IOException {
        if (!request.destination().equals("oslo/orders")) {
            throw new IOException("the configuration has no service '" + request.destination() + "'");
        }
        return new BenchReport(
                request.destination(),
                "tunnel",
                "weu",
                List.of(new BenchReport.Time("opening a session", request.openings(), 1, 2, 3)),
                List.of(new BenchReport.Rate("up", request.bytes(), 4, 5, 6)),
                List.of(request.measuring()));
    }

    @Override
    public long sessions() {
        return 3;
    }
}
