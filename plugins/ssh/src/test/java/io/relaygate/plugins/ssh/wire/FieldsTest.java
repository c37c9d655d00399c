package io.relaygate.plugins.ssh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FieldsTest {

    private static final byte[] REQUEST =
            ConnectionMessage.channelRequest(0x80000001, "env", true, "rest".getBytes(StandardCharsets.US_ASCII));

    private static void read(byte[] bytes, int offset, int length) throws IOException {
        Fields fields = new Fields(bytes, offset, length);
        assertThat(fields.octet()).isEqualTo(ConnectionMessage.CHANNEL_REQUEST);
        assertThat(fields.uint32()).isEqualTo(0x80000001L);
        assertThat(fields.text()).isEqualTo("env");
        assertThat(fields.flag()).isTrue();
        assertThat(fields.rest()).asString(StandardCharsets.US_ASCII).isEqualTo("rest");
        assertThat(fields.rest()).isEmpty();
    }

    @Test
    void aMessageIsReadWhereverItIs() throws IOException {
        byte[] longer = new byte[REQUEST.length + 20];
        System.arraycopy(REQUEST, 0, longer, 13, REQUEST.length);

        read(REQUEST, 0, REQUEST.length);
        read(longer, 13, REQUEST.length);
    }

    @Test
    void oneThatIsCutIsSaidToEndTooEarlyAtEveryCutBeforeWhatMayBeEmpty() {
        for (int cut = 0; cut < REQUEST.length - 4; cut++) {
            int length = cut;
            assertThatThrownBy(() -> read(REQUEST, 0, length)).as("cut at " + cut).isInstanceOf(IOException.class)
                    .hasMessageContaining("ends too early");
        }
    }

    @Test
    void aLengthBeyondTheMessageTakesNoMemory() {
        byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1};

        assertThatThrownBy(() -> new Fields(huge, 0, huge.length).string()).isInstanceOf(IOException.class);
    }
}
