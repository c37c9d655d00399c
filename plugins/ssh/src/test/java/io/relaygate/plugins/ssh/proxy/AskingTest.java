package io.relaygate.plugins.ssh.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.ssh.proxy.ProxySettings.Permit;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.testkit.Mutations;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AskingTest {

    private static final Permit ALL =
            new Permit(true, true, List.of(Wildcard.parse("sftp")), true, List.of(Wildcard.parse("LANG"), Wildcard.parse("LC_*")), List.of(), List.of(), true);
    private static final Permit NOTHING = new Permit(false, false, List.of(), false, List.of(), List.of(), List.of(), false);
    private static final List<String> TYPES = List.of("pty-req", "env", "shell", "exec", "subsystem", "window-change", "signal", "x11-req", "other");

    private static byte[] texts(String... texts) {
        ByteBuffer all = ByteBuffer.allocate(1000);
        for (String text : texts) {
            all.putInt(text.getBytes(UTF_8).length).put(text.getBytes(UTF_8));
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    private static Asking asked(Permit permit, String type, String... texts) {
        return Asking.of(new FromClient.Request(type, true, texts(texts)), permit);
    }

    @Test
    void whatIsPermittedGoesOn() {
        assertThat(asked(ALL, "exec", "ls -l")).isEqualTo(new Asking.Program("exec", "ls -l"));
        assertThat(asked(ALL, "subsystem", "sftp")).isEqualTo(new Asking.Program("subsystem", "sftp"));
        assertThat(asked(ALL, "shell")).isEqualTo(new Asking.Program("shell", ""));
        for (String detail : List.of("pty-req", "window-change", "signal", "auth-agent-req@openssh.com")) {
            assertThat(asked(ALL, detail)).as(detail).isEqualTo(new Asking.Detail());
        }
        assertThat(asked(ALL, "env", "LC_ALL", "C")).isEqualTo(new Asking.Detail());
    }

    @Test
    void whatIsNotPermittedIsRefusedWithWords() {
        assertThat(asked(NOTHING, "exec", "ls")).isEqualTo(new Asking.Refused("no commands are permitted"));
        assertThat(asked(NOTHING, "shell")).isEqualTo(new Asking.Refused("no shell is permitted"));
        assertThat(asked(NOTHING, "pty-req")).isEqualTo(new Asking.Refused("no terminal is permitted"));
        assertThat(asked(ALL, "subsystem", "sftp2")).isEqualTo(new Asking.Refused("this subsystem is not permitted"));
        assertThat(asked(ALL, "env", "LD_PRELOAD", "x")).isEqualTo(new Asking.Refused(null));
        assertThat(asked(ALL, "x11-req")).isEqualTo(new Asking.Refused("X11 is not forwarded"));
        assertThat(asked(NOTHING, "auth-agent-req@openssh.com")).isEqualTo(new Asking.Refused("the agent is not forwarded"));
    }

    @Test
    @Tag("fuzz")
    void whatCannotBeReadIsRefused() {
        Random random = new Random(Mutations.seed(5));
        for (int i = 0; i < Mutations.inputs(20_000); i++) {
            byte[] data = new byte[random.nextInt(12)];
            random.nextBytes(data);
            for (String type : TYPES) {
                assertThat(Asking.of(new FromClient.Request(type, true, data), ALL)).isNotNull();
            }
            assertThat(Forward.named(data)).isNotEmpty();
            assertThat(Forward.refusal(data, ALL)).isNotNull();
        }
    }

    @Test
    void aForwardIsForAHostAndAPort() {
        ByteBuffer data = ByteBuffer.allocate(100);
        data.putInt(7).put("db.test".getBytes(UTF_8)).putInt(5432);
        assertThat(Asking.target(data.array())).isEqualTo(new HostPort("db.test", 5432));
        assertThat(Forward.refusal(data.array(), ALL)).contains("db.test:5432 is nothing that this route permits");
    }
}
