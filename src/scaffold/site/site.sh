#!/bin/sh
# 安装 pbsite、检查、生成、发布。GitHub Actions、GitLab 和 Gitee Go 的流水线都调用这个脚本，
# 在自己的电脑上也能用：sh ci/site.sh install && sh ci/site.sh build
#
# 可以在流水线的“变量”里设置：
#   PBSITE_INSTALL    从哪里安装，三种写法：
#                       ci/pbsite.tar.gz                    仓库里的压缩包（默认）
#                       https://镜像的地址/pbsite.tar.gz    下载
#                       cargo install --locked --git 源代码仓库的网址 --tag v版本    编译
#   PBSITE_SHA256     压缩包的 SHA-256 校验值；写了就核对，对不上就停
#   PBSITE_PUBLISHED  网站现在的网址，用来比较；不写就用 pbsite.yaml 的 base_url
#   PBSITE_DEPLOY     发布到 pbsite.yaml 里 deploy: 的哪个目标，例如 oss；合并请求的预览也放到那里
#   PBSITE_PUBLISH    没有写目标时，发布用的命令，例如：rsync -az --delete output/ 用户@主机:/var/www/site/
#   PBSITE_SSH_KEY    用 rsync、sftp 发布时的私钥；PBSITE_SSH_KNOWN_HOSTS 是对方主机的公钥（ssh-keyscan 主机）
#   对象存储和 WebDAV 的密钥：AWS_…、ALIBABA_CLOUD_…、TENCENTCLOUD_…、PBSITE_WEBDAV_…，见 pbsite 的说明
#   PBSITE_SCHEDULED  写 1 表示这是定时运行：没有到期的内容就什么也不做
set -eu
cd "$(dirname "$0")/.."

version=@VERSION@
install=${PBSITE_INSTALL:-ci/pbsite.tar.gz}
tool=.pbsite/tool
pbsite=$tool/bin/pbsite
before=.pbsite/published

fail() {
  echo "错误：$*" >&2
  exit 2
}

# fetch 网址 文件：没有网络、没有这个文件时返回失败。
fetch() {
  case $1 in
    /* | ./*) cp "$1" "$2" 2>/dev/null ;;
    *) curl -fsSL --max-time 60 -o "$2" "$1" 2>/dev/null || wget -q -T 60 -O "$2" "$1" 2>/dev/null ;;
  esac
}

unpack() {
  if [ -n "${PBSITE_SHA256:-}" ]; then
    echo "$PBSITE_SHA256  $1" | sha256sum -c - >/dev/null 2>&1 || fail "$1 的校验值不是 $PBSITE_SHA256"
  fi
  mkdir -p "$tool/bin"
  tar -xzf "$1" -C "$tool/bin" pbsite || fail "$1 里没有 pbsite"
}

install_pbsite() {
  mkdir -p "$tool"
  case $install in
    "cargo "*) $install --root "$tool" ;;
    http://* | https://*)
      fetch "$install" "$tool/pbsite.tar.gz" || fail "下载不了 $install"
      unpack "$tool/pbsite.tar.gz"
      ;;
    *)
      [ -f "$install" ] || fail "没有 $install；把 pbsite 的压缩包放在那里，或设置变量 PBSITE_INSTALL"
      unpack "$install"
      ;;
  esac
  found=$("$pbsite" --version)
  [ "$found" = "pbsite $version" ] || fail "装上的是 $found，网站要用的是 pbsite $version；确实要换，改 ci/site.sh 的 version"
  echo "$found"
}

# 已发布的网址和下一次变化的时间，拿得到就用来比较。
look_at_published() {
  published=${PBSITE_PUBLISHED:-$("$pbsite" config 2>/dev/null | sed -n 's/^base_url: \([^ ]*\).*/\1/p')}
  rm -rf "$before"
  mkdir -p "$before"
  for name in addresses next-change; do
    fetch "${published%/}/api/$name.json" "$before/$name.json" || rm -f "$before/$name.json"
  done
  set --
  if [ -f "$before/addresses.json" ]; then set -- --previous "$before/addresses.json"; fi
  previous=$*
}

# 检查，写 report.md 和 codequality.json，不生成网站。
check() {
  look_at_published
  "$pbsite" check --quiet --format gitlab >codequality.json 2>/dev/null || true
  # shellcheck disable=SC2086
  "$pbsite" check --report report.md $previous "$@"
}

# 检查并生成 output/；有错误就不生成。
build() {
  look_at_published
  if [ "${PBSITE_SCHEDULED:-}" = 1 ] && [ -f "$before/next-change.json" ]; then
    set -- --if-due "$before/next-change.json" "$@"
  fi
  # shellcheck disable=SC2086
  "$pbsite" build --report report.md $previous "$@"
}

# 把流水线里存的私钥和主机公钥交给 ssh。
ssh_keys() {
  umask 077
  mkdir -p ~/.ssh
  if [ -n "${PBSITE_SSH_KEY:-}" ]; then printf '%s\n' "$PBSITE_SSH_KEY" >~/.ssh/id_ed25519; fi
  if [ -n "${PBSITE_SSH_KNOWN_HOSTS:-}" ]; then printf '%s\n' "$PBSITE_SSH_KNOWN_HOSTS" >>~/.ssh/known_hosts; fi
  umask 022
}

publish() {
  if [ ! -f output/index.html ]; then
    echo "这一次没有生成网站，不用发布"
  elif [ -n "${PBSITE_DEPLOY:-}" ]; then
    ssh_keys
    "$pbsite" deploy "$PBSITE_DEPLOY" "$@"
  elif [ -z "${PBSITE_PUBLISH:-}" ]; then
    echo "没有设置 PBSITE_PUBLISH，网站在 output/ 里"
  else
    sh -c "$PBSITE_PUBLISH"
  fi
}

# preview 名称：把草稿和没发的简报放到发布目标的 _preview/名称/，给人看。没有密钥的地方（别人的分支）不做。
preview() {
  if [ -z "${PBSITE_DEPLOY:-}" ]; then
    echo "没有设置 PBSITE_DEPLOY，不做预览"
    return
  fi
  ssh_keys
  "$pbsite" deploy preview --to "$PBSITE_DEPLOY" "$@"
}

# remove 名称：合并或关闭以后，删去预览。
remove() {
  preview --remove "$@"
}

# remove-merged：Gitee 合并以后，从提交说明（“!12 标题”）里看是哪个合并请求，删去它的预览 pr-12。
remove_merged() {
  number=$(git log -1 --format=%B | sed -n 's/^!\([0-9][0-9]*\) .*/\1/p' | head -n 1)
  if [ -n "$number" ]; then remove "pr-$number"; fi
}

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
  install) install_pbsite ;;
  check) check "$@" ;;
  build) build "$@" ;;
  publish) publish "$@" ;;
  preview) preview "$@" ;;
  remove) remove "$@" ;;
  remove-merged) remove_merged ;;
  *) fail "用法：sh ci/site.sh install、check、build、publish、preview 名称、remove 名称或 remove-merged" ;;
esac
