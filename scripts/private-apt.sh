# To be sourced. private_apt FOLDER SUITES [ARCHITECTURE]: an apt of its own under FOLDER that knows nothing but the
# given suites of Debian's archive, their packages and sources. Installs nothing and leaves this machine's apt alone.
private_apt() {
  local folder=$1 suites=$2 architecture=${3:-$(dpkg --print-architecture)} mirror suite type
  mirror=$(env -u APT_CONFIG "$(dirname "${BASH_SOURCE[0]}")/debian-mirror.sh")
  mkdir -p "$folder"/{etc/apt/{apt.conf.d,preferences.d,trusted.gpg.d},lists/partial,cache/archives/partial}
  : > "$folder/status"
  for suite in $suites; do
    for type in deb deb-src; do
      echo "$type [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
    done
  done > "$folder/etc/apt/sources.list"
  cat > "$folder/apt.conf" << CONFIG
Dir::Etc "$folder/etc/apt";
Dir::State "$folder";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
CONFIG
  export APT_CONFIG=$folder/apt.conf
  apt-get -qq update
}
