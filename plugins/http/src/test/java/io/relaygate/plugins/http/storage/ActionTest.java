package io.relaygate.plugins.http.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests do, as policy sees it; {@code *} is for all names, and {@code -} for what nobody knows. */
class ActionTest {

    private static String of(Service service, String request) throws StorageRefusedException {
        List<String> words = Accounts.words(request);
        String target = words.get(1);
        int mark = target.indexOf('?');
        Query query = Query.parse(mark < 0 ? null : target.substring(mark + 1));
        Action action = Action.of(service, Call.of(words.get(0), mark < 0 ? target : target.substring(0, mark), query));
        return action == null ? "-" : action.operations().stream().sorted().map(each -> each.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining("+"))
                + " " + (action.name() == null ? "*" : action.name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "GET /?comp=list | list *", "GET /?restype=service&comp=properties | admin *", "PUT /?comp=properties&restype=service | admin *",
        "GET /?restype=service&comp=stats | admin *", "HEAD /?restype=account&comp=properties | read *", "POST /?comp=batch | -",
        "POST /?restype=service&comp=userdelegationkey | -", "GET /?comp=blobs&where=x | -", "GET / | -", "OPTIONS / | -", "OPTIONS * | -",
        "GET /abc?restype=container | read abc", "HEAD /abc/?restype=container | read abc", "GET /abc?restype=container&comp=list | list abc",
        "GET /abc?RESTYPE=Container&Comp=LIST | list abc", "PUT /abc?restype=container | create abc", "DELETE /abc?restype=container | drop abc",
        "PUT /abc?restype=container&comp=metadata | write abc", "PUT /abc?restype=container&comp=lease | write abc",
        "GET /abc?restype=container&comp=acl | admin abc", "PUT /abc?restype=container&comp=acl | admin abc",
        "PUT /abc?restype=container&comp=undelete | -", "GET /abc/x?restype=container | -", "GET /ABC?restype=container | -", "PUT /a?restype=container | -",
        "GET /abc/x | read abc", "HEAD /abc/x/y | read abc", "GET /abc/x?comp=metadata | read abc", "GET /abc/x?comp=blocklist | read abc",
        "GET /abc/x?comp=pagelist&snapshot=s | read abc", "PUT /abc/x | write abc", "PUT /abc/x?comp=block&blockid=a | write abc", "PUT /abc/x?comp=page | write abc",
        "PUT /abc/x?comp=lease | write abc", "PUT /abc/x?comp=copy&copyid=1 | write abc", "DELETE /abc/x?snapshot=s | delete abc", "DELETE /abc/x | delete abc",
        "PUT /abc/x?comp=tier | -", "PUT /abc/x?comp= | -", "PUT /abc/x?comp | -", "POST /abc/x?comp=query | -", "PATCH /abc/x | -", "OPTIONS /abc/x | -",
        "GET /abc/x?restype= | -", "GET /abc/ | -", "GET //abc/x | -", "GET /x.txt | read $root", "GET /$root/x | read $root", "GET /%24root/x | read $root",
        "GET /abc%2Fx/y | -", "GET /%61bc/x | read abc", "GET /abc//x | read abc", "GET /a%00b/x | -", "get /abc/x | -"})
    void requestToBlobsDoes(String request, String action) throws StorageRefusedException {
        assertThat(of(Service.BLOB, request)).isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "GET /?comp=list | list *", "GET /?restype=service&comp=properties | admin *", "PUT /qqq | create qqq", "DELETE /qqq | drop qqq",
        "GET /qqq?comp=metadata | read qqq", "PUT /qqq?comp=metadata | write qqq", "GET /qqq?comp=acl | admin qqq", "GET /qqq | -",
        "POST /qqq/messages | write qqq", "GET /qqq/messages | process qqq", "GET /qqq/messages?peekonly=true | read qqq",
        "GET /qqq/messages?peekonly=false | process qqq", "GET /qqq/messages?peekonly=TRUE | process qqq", "POST /qqq/messages?peekonly=true | write qqq",
        "DELETE /qqq/messages | delete qqq", "DELETE /qqq/messages/1?popreceipt=x | process qqq", "PUT /qqq/messages/1?popreceipt=x | process qqq",
        "GET /qqq/messages/1 | -", "DELETE /qqq/messages/1/2 | -", "DELETE /qqq/messages/ | -", "GET /qqq/other | -", "GET /qqq/Messages | -", "GET /QQQ/messages | -"})
    void requestToQueuesDoes(String request, String action) throws StorageRefusedException {
        assertThat(of(Service.QUEUE, request)).isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "GET /Tables | list *", "GET /Tables() | list *", "GET /tables | list *", "POST /Tables | create *", "DELETE /Tables('abc') | drop abc",
        "DELETE /Tables(%27abc%27) | drop abc", "GET /Tables('abc') | read abc", "DELETE /Tables('a'b') | -", "DELETE /Tables | -", "PUT /Tables('abc') | -",
        "GET /abc | read abc", "GET /abc()?$filter=x | read abc", "POST /abc | write abc", "GET /abc(PartitionKey='p',RowKey='r') | read abc",
        "PUT /abc(PartitionKey='p',RowKey='r') | write abc", "MERGE /abc(PartitionKey='p',RowKey='r') | write abc",
        "PATCH /abc(PartitionKey='p',RowKey='r') | write abc", "DELETE /abc(PartitionKey='p',RowKey='r') | delete abc", "DELETE /abc | -", "DELETE /abc() | -",
        "POST /abc(PartitionKey='p',RowKey='r') | -", "GET /abc?comp=acl | admin abc", "PUT /abc?comp=acl | admin abc", "POST /$batch | read+write+delete *",
        "GET /$batch | -", "GET /?restype=service&comp=properties | admin *", "GET / | -", "GET /abc/x | -", "GET /abc(x)/Name | -", "GET /abc(a%2Fb) | read abc",
        "GET /a-b | -", "GET /$metadata | -", "GET /abc%28%29 | read abc", "GET /ab%2563 | -"})
    void requestToTablesDoes(String request, String action) throws StorageRefusedException {
        assertThat(of(Service.TABLE, request)).isEqualTo(action);
    }
}
