package io.relaygate.plugins.ssh.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FromClientTest {

    private static final byte[] SOME = new byte[64 * 1024];

    static {
        new Random(1).nextBytes(SOME);
    }

    private static FromClient.Data data(FromClient queue) {
        return (FromClient.Data) queue.take();
    }

    @Test
    void keepsTheOrderAndPutsBytesTogether() {
        FromClient queue = new FromClient();
        for (int i = 0; i < SOME.length; i++) {
            assertThat(queue.put(SOME, i, 1)).isTrue();
        }
        queue.put(new FromClient.Request("signal", false, new byte[] {1}));
        queue.put(SOME, 0, 5);
        queue.end();
        queue.close();

        int at = 0;
        for (int chunk = 0; chunk < 2; chunk++) {
            FromClient.Data next = data(queue);
            for (int i = 0; i < next.length(); i++) {
                assertThat(next.bytes()[i]).isEqualTo(SOME[at++]);
            }
        }
        assertThat(at).as("bytes that came one by one, in two pieces").isEqualTo(SOME.length);
        assertThat(queue.take()).isInstanceOfSatisfying(FromClient.Request.class, request -> assertThat(request.type()).isEqualTo("signal"));
        assertThat(data(queue).length()).isEqualTo(5);
        assertThat(queue.take()).isInstanceOf(FromClient.Ended.class);
        assertThat(queue.take()).isInstanceOf(FromClient.Closed.class);
        assertThat(queue.take()).isInstanceOf(FromClient.Closed.class);
    }

    @Test
    void moreThanTheWindowIsNotTakenAndWhatIsTakenOpensIt() {
        FromClient queue = new FromClient();
        int sent = 0;
        while (queue.put(SOME, 0, SOME.length)) {
            sent += SOME.length;
        }
        assertThat(sent).isEqualTo(FromClient.WINDOW);
        assertThat(queue.put(SOME, 0, 1)).isFalse();

        int let = 0;
        for (int taken = 0; taken < FromClient.WINDOW; ) {
            int length = data(queue).length();
            taken += length;
            let += queue.taken(length);
        }
        assertThat(let).isEqualTo(FromClient.WINDOW);
        assertThat(queue.put(SOME, 0, SOME.length)).isTrue();
    }

    @Test
    void requestsThatNobodyTakesAreBounded() {
        FromClient queue = new FromClient();
        FromClient.Request request = new FromClient.Request("env", false, new byte[0]);
        int taken = 0;
        while (queue.put(request)) {
            taken++;
        }
        assertThat(taken).isEqualTo(64);
        queue.take();
        assertThat(queue.put(request)).isTrue();
    }
}
