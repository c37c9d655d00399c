# The files of the edge, in its folder, as an operator makes them. $1 is the launcher.
umask 077
new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "/CN=$1" "${@:2}"; }
issue() {
    new "$1" -subj "/CN=${4:-$1}" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 30 -out "$1.pem" -extfile <(echo "subjectAltName=$2")
    openssl pkcs12 -export -in "$1.pem" -inkey "$1.key" -out "$1.p12" -passout pass:secret
}
new ca -x509 -days 30 -out ca.pem
new strange-ca -x509 -days 30 -out strange-ca.pem
issue web DNS:web.example,DNS:no.example,IP:127.0.0.1 ca
issue sql DNS:sql.example ca
issue alice email:alice@contoso.com ca
issue bob email:bob@contoso.com ca alice@contoso.com
issue mallory email:mallory@example.com ca
issue eve email:eve@contoso.com ca
issue stranger email:alice@contoso.com strange-ca
mkdir authority
touch authority/index
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=authority/index\ndefault_md=sha256\ndefault_crl_days=30\n' > authority/cnf
openssl ca -config authority/cnf -keyfile ca.key -cert ca.pem -revoke eve.pem
openssl ca -config authority/cnf -keyfile ca.key -cert ca.pem -gencrl -out revoked.crl

echo '127.0.0.2   # the branch' > partners.txt
echo '127.0.0.3' > blocked.txt
"$1" passwd users.passwd alice --groups ops,apps <<< rights
"$1" passwd users.passwd bob --groups dev <<< bobs
echo 'alice:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' > codes.txt
ssh-keygen -q -N '' -t ed25519 -f key
ssh-keygen -q -N '' -t ed25519 -f unknown
ssh-keygen -q -N '' -t ecdsa -f signer
echo "caller=\"alice\",groups=\"ops\" $(cat key.pub)" > authorized_keys
cp key.pub good.pub; ssh-keygen -q -s signer -I good -n alice,root good.pub
cp key.pub forged.pub; ssh-keygen -q -s unknown -I forged -n alice forged.pub
openssl rand -base64 32 > edge.key
openssl rand -base64 32 > site.key
mkdir ../site
cp edge.key site.key ../site
