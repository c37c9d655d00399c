package io.relaygate.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.security.auth.module.Krb5LoginModule;
import io.relaygate.kdc.Kdc;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.math.BigInteger;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.Subject;
import javax.security.auth.login.LoginException;
import org.awaitility.Awaitility;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A proxy, here the JDK's own acceptor, that lets in who shows a Kerberos ticket of MIT's KDC. That acceptor refuses a token that it has
 * seen before.
 */
@Timeout(120)
class NegotiateLoginTest {

    @TempDir
    static Path folder;

    private static Kdc kdc;
    private static Path serviceKeytab;
    private static Subject service;

    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final List<String> callers = new CopyOnWriteArrayList<>();
    private TestProxy proxy;
    private ServerSocket echo;

    @BeforeAll
    static void startsKdc() throws Exception {
        if (!Kdc.missing().isEmpty()) {
            String message = "to run this test, install " + Kdc.missing();
            assertThat(System.getenv("CI")).as(message).isNotEqualTo("true");
            Assumptions.abort(message);
        }
        kdc = Kdc.start(Files.createDirectory(folder.resolve("kdc")));
        kdc.add("HTTP/localhost");
        kdc.add("svc");
        kdc.add("brief", "-maxlife", "2s");
        kdc.add("careful", "+requires_preauth");
        serviceKeytab = kdc.keytab("HTTP/localhost", folder.resolve("proxy.keytab"));
        service = new Subject();
    }

    /** What has the proxy read its keytab again, as it is now. */
    private static void serve() throws LoginException {
        KerberosSource.of(null, null, kdc.environment()).announceConf();
        Subject subject = new Subject();
        Krb5LoginModule module = new Krb5LoginModule();
        module.initialize(subject, null, new HashMap<>(), Map.of(
                "useKeyTab", "true", "storeKey", "true", "isInitiator", "false", "doNotPrompt", "true", "refreshKrb5Config", "true",
                "keyTab", serviceKeytab.toString(), "principal", "HTTP/localhost@CORP.TEST"));
        module.login();
        module.commit();
        service = subject;
    }

    @AfterAll
    static void stopsKdc() {
        System.clearProperty("java.security.krb5.conf");
        if (kdc != null) {
            kdc.close();
        }
    }

    @BeforeEach
    void starts() throws Exception {
        serve();
        proxy = new TestProxy();
        proxy.judge = this::isTaken;
        echo = TestProxy.echo();
    }

    @AfterEach
    void stops() throws IOException {
        proxy.close();
        echo.close();
    }

    private boolean isTaken(String value) {
        shown.add(value);
        byte[] token = Base64.getDecoder().decode(value.substring("Negotiate ".length()));
        try {
            callers.add(Subject.callAs(service, () -> {
                GSSManager gss = GSSManager.getInstance();
                GSSContext context = gss.createContext(
                        gss.createCredential(null, GSSCredential.INDEFINITE_LIFETIME, new Oid("1.3.6.1.5.5.2"), GSSCredential.ACCEPT_ONLY));
                context.acceptSecContext(token, 0, token.length);
                return context.getSrcName().toString();
            }));
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    /** By a name, since the service has one. */
    private WayOut out(@Nullable String principal, @Nullable Path keytab, Map<String, String> environment) throws IOException {
        return out("localhost", principal, keytab, environment);
    }

    private WayOut out(String host, @Nullable String principal, @Nullable Path keytab, Map<String, String> environment) throws IOException {
        ProxyUrl url = ProxyUrl.parse("http://" + host + proxy.address().substring(proxy.address().indexOf(':')));
        return WayOut.of(new OutboundProxySettings(url, null, null, true, principal, keytab, List.of(), null), environment);
    }

    private WayOut out(Path cache) throws IOException {
        Map<String, String> environment = new HashMap<>(kdc.environment());
        environment.put("KRB5CCNAME", "FILE:" + cache);
        return out(null, null, environment);
    }

    private String echoed(WayOut out) throws IOException {
        return echoed(out, Duration.ofSeconds(60));
    }

    private String echoed(WayOut out, Duration limit) throws IOException {
        return out.connect(new HostPort("relay.test", echo.getLocalPort()), Instant.now().plus(limit), _ -> {}, (link, _, _) -> {
            try (link) {
                link.out().write("hello".getBytes(UTF_8));
                return new String(link.in().readNBytes(5), UTF_8);
            }
        });
    }

    private void assertRefused(WayOut out, String... told) {
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(out)).satisfies(e -> {
            assertThat(e).hasMessageStartingWith("the proxy http://").hasMessageMatching("[ -~]+").hasMessageContaining("; ");
            assertThat(e.getMessage()).contains(told);
            shown.forEach(each -> assertThat(e.getMessage()).doesNotContain(each.substring("Negotiate ".length())));
        });
    }

    private static Map<String, String> environment(Path conf) {
        return Map.of("KRB5_CONFIG", conf.toString());
    }

    @Test
    void kinitOpensTheProxyAtOnceAndEveryConnectionShowsATokenOfItsOwn() throws IOException {
        Path cache = folder.resolve("of-ada");
        WayOut out = out(cache);
        assertRefused(out, "there is no Kerberos ticket: no file " + cache, "; run `kinit` as the account of this process", "KRB5CCNAME=FILE:/PATH");
        kdc.kinit(cache);
        long before = kdc.asked("TGS_REQ");
        for (int i = 0; i < 3; i++) {
            assertThat(echoed(out)).isEqualTo("hello");
        }
        assertThat(callers).containsOnly("ada@CORP.TEST").hasSize(3);
        assertThat(shown).doesNotHaveDuplicates().hasSize(3);
        assertThat(kdc.asked("TGS_REQ")).as("the service's ticket is asked for once").isEqualTo(before + 1);
        assertThat(out.rehearseLogin(Instant.now().plusSeconds(60))).isEqualTo("a ticket of ada@CORP.TEST for HTTP/localhost");
        assertThat(out.toString() + out.words()).contains("by Kerberos with the tickets in " + cache);

        kdc.kinit(cache, "-l", "1s");
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertRefused(
                out, "the Kerberos ticket of ada@CORP.TEST in " + cache + " has ended at 2", "; run `kinit` as the account of this process"));
        kdc.kinit(cache);
        assertThat(echoed(out)).isEqualTo("hello");
        Files.writeString(cache, "no tickets");
        assertRefused(out, "there is no Kerberos ticket by which others are had (krbtgt) among the tickets in " + cache);
    }

    @Test
    void aKeytabNeedsNoKinitAndItsTicketsAreHadAnewBeforeTheyEnd() throws IOException {
        Path keytab = kdc.keytab("svc", folder.resolve("svc.keytab"));
        WayOut out = out("svc@CORP.TEST", keytab, kdc.environment());
        long before = kdc.asked("AS_REQ");
        for (int i = 0; i < 3; i++) {
            assertThat(echoed(out)).isEqualTo("hello");
        }
        assertThat(callers).containsOnly("svc@CORP.TEST").hasSize(3);
        assertThat(kdc.asked("AS_REQ")).as("one login is enough").isEqualTo(before + 1);

        WayOut brief = out("brief@CORP.TEST", kdc.keytab("brief", folder.resolve("brief.keytab")), kdc.environment());
        Instant end = Instant.now().plusSeconds(3);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> echoed(brief).equals("hello") && Instant.now().isAfter(end));
    }

    @Test
    void aKeyThatHasChangedIsToldAndForgotten() throws Exception {
        Path keytab = kdc.keytab("svc", folder.resolve("svc.keytab"));
        WayOut out = out("svc@CORP.TEST", keytab, kdc.environment());
        assertThat(echoed(out)).isEqualTo("hello");
        kdc.keytab("HTTP/localhost", serviceKeytab);
        serve();
        assertRefused(out, "does not take the login by Kerberos as svc@CORP.TEST with its keytab " + keytab + " (407", "its keytab has the key");
        assertThat(echoed(out)).as("with a new ticket").isEqualTo("hello");

        Path careful = kdc.keytab("careful", folder.resolve("careful.keytab"));
        Path old = Files.copy(careful, folder.resolve("old.keytab"));
        kdc.keytab("careful", careful);
        assertRefused(out("careful@CORP.TEST", old, kdc.environment()),
                "CORP.TEST does not take the key of careful@CORP.TEST in " + old, "; make the keytab anew: the key has changed");
        assertThat(echoed(out("careful@CORP.TEST", careful, kdc.environment()))).isEqualTo("hello");
    }

    @Test
    void whatIsMissingIsToldWithWhatToDo() throws IOException {
        Path keytab = kdc.keytab("svc", folder.resolve("svc.keytab"));
        assertRefused(out("127.0.0.1", "svc@CORP.TEST", keytab, kdc.environment()),
                "CORP.TEST knows no service HTTP/127.0.0.1 (7); write the proxy's name in `outboundProxy.url` as its service principal has it");
        Path none = folder.resolve("none.keytab");
        assertRefused(out("svc@CORP.TEST", none, kdc.environment()), "there is no keytab " + none);
        assertRefused(out("bob@CORP.TEST", keytab, kdc.environment()), "the keytab " + keytab + " has no key of bob@CORP.TEST; `klist -k " + keytab);
        assertRefused(out("svc@CORP.TEST", folder, kdc.environment()), "may not read " + folder);
        Path noConf = folder.resolve("nowhere.conf");
        assertRefused(out("svc@CORP.TEST", keytab, environment(noConf)), "there is no krb5.conf that can be read at " + noConf, "KRB5_CONFIG");
        Path empty = Files.writeString(folder.resolve("empty.conf"), "[libdefaults]\n    dns_lookup_kdc = false\n");
        assertRefused(out("svc@CORP.TEST", keytab, environment(empty)), "no KDC is known for CORP.TEST: " + empty + " names none", "its `kdc`");
        assertThat(shown).isEmpty();
    }

    @Test
    void whatTheProxyWantsInsteadIsTold() throws IOException {
        WayOut out = out("svc@CORP.TEST", kdc.keytab("svc", folder.resolve("svc.keytab")), kdc.environment());
        proxy.answer = "HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n\r\n";
        assertRefused(out, "lets nobody log in but by ntlm (407 No); that is not done here");
        proxy.answer = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
        assertRefused(out, "lets nobody log in but by basic (407 No); give `outboundProxy.username`");
        proxy.answer = "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate oRQwEqADCgEBoQsGCSqGSIb3EgECAg==\r\n\r\n";
        assertRefused(out, "goes on with the login by Negotiate (407 No), where Kerberos has said everything; see its log");
        proxy.answer = null;
        assertThat(echoed(out)).isEqualTo("hello");
    }

    @Test
    void aKdcThatIsSilentIsNamedAtTheDeadlineAndOneThatIsNotThereAtOnce() throws Exception {
        Path keytab = kdc.keytab("svc", folder.resolve("svc.keytab"));
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            Path conf = Files.writeString(folder.resolve("silent.conf"), Kdc.krb5Conf(address));
            WayOut out = out("svc@CORP.TEST", keytab, environment(conf));
            List<Thread> others = new ArrayList<>();
            List<String> told = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(Threads.startVirtual("waits", () -> {
                    try {
                        told.add(echoed(out, Duration.ofMillis(500)));
                    } catch (IOException e) {
                        told.add(String.valueOf(e.getMessage()));
                    }
                }));
            }
            for (Thread each : others) {
                assertThat(each.join(Duration.ofSeconds(20))).as("the JDK waits 90 s").isTrue();
            }
            assertThat(told).hasSize(3).allSatisfy(each -> assertThat(each).contains("the KDC of CORP.TEST (" + address + ") does not answer in time; see whether it runs"));

            String quick = Kdc.krb5Conf(address + "\n        kdc = " + kdc.address()).replace("[realms]", "    kdc_timeout = 300\n[realms]");
            WayOut second = out("svc@CORP.TEST", keytab, environment(Files.writeString(folder.resolve("both.conf"), quick)));
            assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(second, Duration.ofMillis(200)))
                    .withMessageContaining("the KDC of CORP.TEST (" + address + ", " + kdc.address() + ") does not answer in time");
            assertThat(echoed(second)).as("by the other one").isEqualTo("hello");
        }
        DatagramSocket gone = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        String address = "127.0.0.1:" + gone.getLocalPort();
        Path conf = Files.writeString(folder.resolve("gone.conf"), Kdc.krb5Conf(address));
        gone.close();
        WayOut out = out("svc@CORP.TEST", keytab, environment(conf));
        assertRefused(out, "the KDC of CORP.TEST (" + address + ") does not answer");
        Files.writeString(conf, Kdc.krb5Conf(kdc.address()) + "\n");
        assertThat(echoed(out)).as("what krb5.conf says now").isEqualTo("hello");
    }

    @Test
    void whatAKdcAnswersIsToldInWords() throws Exception {
        Path keytab = kdc.keytab("svc", folder.resolve("svc.keytab"));
        Map<Integer, String> words = Map.of(
                6, "CORP.TEST does not know svc@CORP.TEST (6); compare the principal",
                14, "CORP.TEST and Java have no encryption in common",
                18, "CORP.TEST does not let svc@CORP.TEST in",
                37, "this machine's clock and that of CORP.TEST's KDC are too far apart (37); set both by NTP",
                60, "CORP.TEST gives no ticket for svc@CORP.TEST: ");
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Path conf = Files.writeString(folder.resolve("errors.conf"), Kdc.krb5Conf("127.0.0.1:" + socket.getLocalPort()));
            AtomicInteger code = new AtomicInteger();
            Threads.startVirtual("answers", () -> answer(socket, code));
            for (Map.Entry<Integer, String> each : words.entrySet()) {
                code.set(each.getKey());
                assertRefused(out("svc@CORP.TEST", keytab, environment(conf)), each.getValue());
            }
        }
    }

    /** KRB-ERROR (RFC 4120 section 5.9.1), whatever it is asked. */
    private static void answer(DatagramSocket socket, AtomicInteger code) {
        byte[] request = new byte[4096];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(request, request.length);
            try {
                socket.receive(packet);
                byte[] service = Der.sequence(
                        Der.explicit(0, integer(2)), Der.explicit(1, Der.sequence(text("krbtgt"), text("CORP.TEST"))));
                byte[] error = Der.tagged(0x7e, Der.sequence(
                        Der.explicit(0, integer(5)), Der.explicit(1, integer(30)), Der.explicit(4, Der.tagged(0x18, "20260101000000Z".getBytes(UTF_8))),
                        Der.explicit(5, integer(0)), Der.explicit(6, integer(code.get())), Der.explicit(9, text("CORP.TEST")), Der.explicit(10, service)));
                socket.send(new DatagramPacket(error, error.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static byte[] integer(int value) {
        return Der.integer(BigInteger.valueOf(value));
    }

    private static byte[] text(String value) {
        return Der.tagged(0x1b, value.getBytes(UTF_8));
    }

    @Test
    void aFileOfTicketsTellsItsTicketAndNoFileThatIsBrokenDoesHarm() throws IOException {
        Path cache = folder.resolve("whole");
        kdc.kinit(cache);
        TicketCache.Ticket ticket = Objects.requireNonNull(TicketCache.read(cache));
        assertThat(ticket.client()).isEqualTo("ada@CORP.TEST");
        assertThat(ticket.end()).isBetween(Instant.now().plusSeconds(3000), Instant.now().plusSeconds(3700));
        assertThat(ticket.encryption()).isEqualTo(18);
        byte[] whole = Files.readAllBytes(cache);
        for (int cut = 0; cut < whole.length; cut++) {
            byte[] part = Arrays.copyOf(whole, cut);
            TicketCache.Ticket read = TicketCache.of(part);
            assertThat(read == null || read.equals(ticket)).as("cut at " + cut).isTrue();
        }
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = whole.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                mutated[random.nextInt(300)] = (byte) random.nextInt(256);
            }
            TicketCache.of(mutated);
        }
    }
}
