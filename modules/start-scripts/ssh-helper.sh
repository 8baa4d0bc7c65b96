#!/bin/bash
# Makes the app of @STUDIO_USER@ a node of Systems Manager, with sagemaker-ssh-helper 2.3.0 and all
# that it needs from the image: nothing is downloaded. SageMaker gives this script 5 minutes and
# shows what it prints in the log stream .../LifecycleConfigOnStart; so the work goes on in the
# background, and what that prints to the log stream of the app.
set -euo pipefail

user=@STUDIO_USER@

say() { echo "studio-ssh: $*"; }

serve() {
    set -euo pipefail
    cd /root
    IFS=: read -r _ _ _ region account _ < <(jq --raw-output .ResourceArn /opt/ml/metadata/resource-metadata.json)
    export AWS_REGION=$region
    export SSH_AUTHORIZED_KEYS_PATH="s3://sagemaker-$region-$account/ssh-authorized-keys/$1/"
    ssh-keygen -A
    sm-ssh-ide configure --ssh-only
    # It becomes the tag SSHOwner, and the role lets no other name pass; an older one would stay.
    rm -f /root/.sm-ssh-owner
    sm-ssh-ide set-local-user-id "$1"
    sm-ssh-ide init-ssm
    sm-ssh-ide start
    sm-ssh-ide ssm-agent
}

# An app without SSH is of more use than one that SageMaker does not start.
[ -e /opt/sagemaker-ssh-helper/.ssh-ide-configured ] || {
    say "no SSH: this image does not contain a configured sagemaker-ssh-helper" >&2
    exit 0
}

# What the app's first process prints goes to CloudWatch; only that process's own user may open it.
log=/proc/1/fd/1
{ : >>"$log"; } 2>/dev/null || log=/tmp/studio-ssh.log

{
    nohup sudo --preserve-env HOME=/root bash -c "$(declare -f serve); serve $user" \
        && code=0 || code=$?
    say "ended with exit code $code: nobody can connect until the app is started again"
} </dev/null >>"$log" 2>&1 &
say "starting for $user in the background, the rest is in $log"
