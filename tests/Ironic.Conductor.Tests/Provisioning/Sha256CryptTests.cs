using System.Text.RegularExpressions;
using Ironic.Conductor.Provisioning;

namespace Ironic.Conductor.Tests.Provisioning;

/// <summary>Against what <c>openssl passwd -5</c> says, and the specification's own example.</summary>
public sealed partial class Sha256CryptTests
{
    [Theory]
    [InlineData("Hello world!", "saltstring", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")]
    [InlineData("x", "saltstring", "$5$saltstring$8lNOPUYH/6hNVwI72WGU4WW1KQqblnIzRCd9nWOKs5A")]
    [InlineData("a very much longer text to encrypt.  This one even stretches over morethan one line.", "saltstring", "$5$saltstring$GyTEZtFuSijnDwgZAdeQeFYSkAzF3f3QpZGhkJUrWWD")]
    [InlineData("pässwörd", "abcdefghijklmnop", "$5$abcdefghijklmnop$oJUHl0E.sWtLagpkiB0578fobIqGuCJIrtZGjzoAvp2")]
    public void Passwords_are_hashed_as_crypt_does(string password, string salt, string hash) => Assert.Equal(hash, Sha256Crypt.Hash(password, salt));

    [Fact]
    public void Every_hash_has_a_salt_of_its_own()
    {
        var (one, other) = (Sha256Crypt.Hash("x"), Sha256Crypt.Hash("x"));
        Assert.Matches(Form(), one);
        Assert.NotEqual(one, other);
    }

    [GeneratedRegex(@"^\$5\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{43}$")]
    private static partial Regex Form();
}
