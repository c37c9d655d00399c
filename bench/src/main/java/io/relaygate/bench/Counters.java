package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a gateway's metrics say at one moment.
 *
 * @param series each series as it is written, with its value
 */
record Counters(Map<String, Double> series) {

    /** Asks the admin port, with the token that is kept in a file. */
    static Counters of(InetSocketAddress admin, Path token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.getPort() + "/metrics"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + Files.readString(token).strip())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return parse(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    static Counters parse(String exposition) {
        Map<String, Double> series = new LinkedHashMap<>();
        exposition.lines().filter(line -> !line.startsWith("#") && line.indexOf(' ') > 0).forEach(line -> {
            int end = line.lastIndexOf(' ');
            series.put(line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
        });
        return new Counters(series);
    }

    /** The sum of all series of a metric that have all of these labels, each as {@code name="value"}. */
    double sum(String metric, String... labels) {
        double sum = 0;
        for (Map.Entry<String, Double> one : series.entrySet()) {
            String name = one.getKey();
            if (isOf(name, metric) && hasAll(name, labels)) {
                sum += one.getValue();
            }
        }
        return sum;
    }

    /** Whether there is a series of the metric. */
    boolean has(String metric) {
        return series.keySet().stream().anyMatch(name -> isOf(name, metric));
    }

    private static boolean isOf(String name, String metric) {
        return name.equals(metric) || name.startsWith(metric + "{");
    }

    private static boolean hasAll(String name, String... labels) {
        for (String label : labels) {
            if (!name.contains("{" + label) && !name.contains("," + label)) {
                return false;
            }
        }
        return true;
    }
}
