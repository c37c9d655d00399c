package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.access.SenderSettings;
import io.relaygate.access.identity.IdentityProviderSettings;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.SiteSettings;
import io.relaygate.dist.AccessTable.Row;
import io.relaygate.dist.AccessTable.Verdict;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.ForwardSettings;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.Setting;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of {@code access/table.txt} is a session through the product, and every setting of access is in one. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class AccessTableIT {

    /** Where settings of access are. */
    private static final Map<String, Class<? extends Record>> ROOTS = Map.of(
            "entryPoints", EntryPointSettings.class,
            "forwards", ForwardSettings.class,
            "routes", RouteSettings.class,
            "destinations", DestinationSettings.class,
            "sites", SiteSettings.class,
            "senders", SenderSettings.class,
            "identityProviders", IdentityProviderSettings.class);

    /** Settings there that say where a session goes, and not who may. */
    private static final Set<String> NOT_OF_ACCESS = Set.of(
            "entryPoints.listen", "entryPoints.namespaces", "entryPoints.hybridConnection", "entryPoints.service",
            "forwards.listen", "forwards.to", "entryPoints.controlChannels", "entryPoints.mode", "entryPoints.wire", "entryPoints.silence",
            "entryPoints.maxRequests",
            "routes.name", "routes.from", "routes.service", "routes.when.sni", "routes.when.alpn", "routes.protocol", "routes.with", "routes.to",
            "destinations.addresses", "destinations.policy", "destinations.connectTimeout", "destinations.proxyProtocol",
            "destinations.tls.caFile", "destinations.tls.insecureSkipVerify", "destinations.tls.pin", "destinations.tls.clientCertificate.certificate",
            "destinations.tls.clientCertificate.key", "destinations.pool.mostIdle", "destinations.pool.idleTime",
            "destinations.via.dialer", "destinations.via.with",
            "sites.namespaces", "sites.hybridConnection", "sites.services", "sites.mode", "sites.wire", "sites.connectTimeout");

    /** What lets time pass, or counts sessions of a whole edge: CredentialsIT, SealedIT and ClientCertificatesTest have a world of their own for these. */
    private static final Set<String> SHOWN_ELSEWHERE = Set.of(
            "entryPoints.tls.clients.whenExpired", "identityProviders.certificateAuthorities.whenExpired",
            "identityProviders.clientCertificates.whenExpired", "identityProviders.tokens.whenExpired",
            "senders.limits.bytesPerSecond", "senders.limits.newPerSecond", "senders.limits.sessions");

    private static AccessWorld world;

    @BeforeAll
    static void start() throws IOException {
        Interop.require("openssl", "ssh-keygen");
        world = new AccessWorld();
    }

    @AfterAll
    static void stop() {
        Closing.all(world);
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(seconds));
    }

    private static List<Row> rows() {
        return AccessTable.rows();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isAsTheTableSays(Row row) throws IOException {
        switch (row.meanwhile()) {
            case "" -> happens(row);
            case "one is open" -> besideAnother(row);
            case "others come" -> within(10).until(() -> isRefusedNow(row));
            case "one was refused" -> {
                isRefused(row);
                happens(row);
            }
            case "two were refused" -> {
                isRefused(row);
                isRefused(row);
                within(10).until(() -> isRefusedNow(row));
            }
            case "two were refused, a second ago" -> {
                isRefused(row);
                isRefused(row);
                aSecondPasses();
                happens(row);
            }
            case "two were refused, a second apart" -> {
                isRefused(row);
                aSecondPasses();
                isRefused(row);
                happens(row);
            }
            default -> throw new AssertionError("unknown: " + row.meanwhile());
        }
    }

    private static void aSecondPasses() {
        long began = System.nanoTime();
        within(10).until(() -> System.nanoTime() - began > Duration.ofMillis(1100).toNanos());
    }

    /** Whether it is refused this time already. */
    private static boolean isRefusedNow(Row row) throws IOException {
        try (AccessClient client = AccessClient.connect(world, row)) {
            if (client.isServed()) {
                return false;
            }
            logged(row, client);
            return true;
        }
    }

    private static void happens(Row row) throws IOException {
        try (AccessClient client = AccessClient.connect(world, row)) {
            if (row.verdict() == Verdict.SLOWED) {
                // There and back they are 200,000, for which a second is given, and a quarter of one at once.
                assertThat(client.manyBytes()).isGreaterThan(Duration.ofMillis(500));
            } else {
                assertThat(client.isServed()).as(() -> told(row, client).toString()).isEqualTo(row.verdict() == Verdict.PASSES);
            }
            logged(row, client);
        }
    }

    private static void besideAnother(Row row) throws IOException {
        AccessClient first = AccessClient.connect(world, row);
        try {
            assertThat(first.isServed()).isTrue();
            after(first, row);
        } finally {
            first.close();
        }
    }

    /** Comes when another has been served, which is still there. */
    private static void after(AccessClient first, Row row) throws IOException {
        try (AccessClient second = AccessClient.connect(world, row)) {
            if (row.verdict() == Verdict.WAITS) {
                assertThat(second.isKeptWaiting()).isTrue();
                first.close();
                assertThat(second.isServedAtLast()).isTrue();
            } else {
                assertThat(second.isServed()).isFalse();
            }
            logged(row, second);
        }
    }

    private static void isRefused(Row row) throws IOException {
        Row other = row.at("no.example");
        try (AccessClient client = AccessClient.connect(world, other)) {
            assertThat(client.isServed()).isFalse();
            within(10).until(() -> world.hasEnded(other, client.source()));
        }
    }

    private static List<String> told(Row row, AccessClient client) {
        return world.told(row, client.source());
    }

    private static void logged(Row row, AccessClient client) {
        String reason = world.filled(row.reason());
        within(10).untilAsserted(() -> assertThat(told(row, client)).anySatisfy(each -> assertThat(each).contains(reason)));
    }

    @Test
    void everySettingIsInARowThatPassesAndInOneThatDoesNot() {
        List<String> passing = rows().stream().filter(row -> row.verdict() == Verdict.PASSES).flatMap(row -> row.what().stream()).toList();
        List<String> others = rows().stream().filter(row -> row.verdict() != Verdict.PASSES).flatMap(row -> row.what().stream()).toList();
        Set<String> settings = new TreeSet<>();
        ROOTS.forEach((name, type) -> settings(name, type).forEach(settings::add));
        assertThat(settings).containsAll(NOT_OF_ACCESS);
        settings.removeAll(NOT_OF_ACCESS);
        settings.removeAll(SHOWN_ELSEWHERE);
        assertThat(settings).allSatisfy(each -> assertThat(passing).contains(each));
        assertThat(settings).allSatisfy(each -> assertThat(others).contains(each));
    }

    /** The settings below a place, by their whole names. */
    private static Stream<String> settings(String place, Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).flatMap(each -> {
            String name = place + "." + each.getName();
            Class<?> held = held(each.getGenericType());
            return areSettings(held) ? settings(name, held) : Stream.of(name);
        });
    }

    /** What a list or map is of. */
    private static Class<?> held(Type type) {
        return switch (type) {
            case ParameterizedType of -> held(of.getActualTypeArguments()[of.getActualTypeArguments().length - 1]);
            case Class<?> of -> of;
            default -> throw new AssertionError(type);
        };
    }

    private static boolean areSettings(Class<?> type) {
        RecordComponent[] components = type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
        return Arrays.stream(components).anyMatch(each -> each.isAnnotationPresent(Setting.class));
    }
}
